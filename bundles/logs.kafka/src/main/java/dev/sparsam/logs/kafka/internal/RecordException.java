package dev.sparsam.logs.kafka.internal;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A record could not be masked; it stays where it is until it can be. */
final class RecordException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String place;

    /** @param record whose place is told, and nothing of what it holds */
    RecordException(ConsumerRecord<byte[], byte[]> record, RuntimeException cause) {
        super("Record " + record.topic() + "-" + record.partition() + "@" + record.offset(), cause);
        place = record.topic() + "-" + record.partition() + "@" + record.offset();
    }

    String place() {
        return place;
    }
}
