package dev.sparsam.logs.internal;

import dev.sparsam.logs.internal.LineScanner.Context;
import dev.sparsam.logs.internal.LineScanner.Stages;

/**
 * What a file is rewritten with.
 *
 * @param context what its lines are read and masked with
 * @param stages which of them are masked, and which left out
 */
record Treatment(Context context, Stages stages) {}
