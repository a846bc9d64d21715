package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileAction;
import dev.sparsam.logs.FileReason;

/**
 * What is to be done with a file.
 *
 * @param action what
 * @param reason why
 * @param detail more about it, for people, in English; may be empty
 */
record FilePlan(FileAction action, FileReason reason, String detail) {}
