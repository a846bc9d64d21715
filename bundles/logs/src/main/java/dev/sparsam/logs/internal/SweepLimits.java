package dev.sparsam.logs.internal;

import java.time.Duration;

/**
 * How long and how much, as a provider configures it for sweeps.
 *
 * @param quiet how long a file must not have changed to count as closed
 * @param keepSweeps how long the files of ended sweeps are listed
 * @param trusted how long scheduled sweeps ask folders alone after their files have been asked
 * @param largest what is read of one log at most
 */
record SweepLimits(Duration quiet, Duration keepSweeps, Duration trusted, LargestLog largest) {}
