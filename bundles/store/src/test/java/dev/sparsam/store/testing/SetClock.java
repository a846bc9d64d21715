package dev.sparsam.store.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands until a test moves it; may be read and moved by any thread. */
public class SetClock extends Clock {
    private volatile Instant now;

    /** Makes one that stands at a moment, in UTC. */
    public SetClock(Instant now) {
        this.now = now;
    }

    /** Moves it to a moment. */
    public void set(Instant moment) {
        now = moment;
    }

    /** Moves it on. */
    public void pass(Duration time) {
        now = now.plus(time);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }

    @Override
    public Instant instant() {
        return now;
    }
}
