package dev.sparsam.logs.kafka.internal;

/** A topic does not exist, or may not be seen. */
final class MissingTopicException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String topic;

    MissingTopicException(String topic) {
        super("Topic " + topic);
        this.topic = topic;
    }

    String topic() {
        return topic;
    }
}
