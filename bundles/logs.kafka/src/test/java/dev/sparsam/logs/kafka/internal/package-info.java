/** Masks log lines on their way from one Kafka topic to another. */
@NullMarked
package dev.sparsam.logs.kafka.internal;

import org.jspecify.annotations.NullMarked;
