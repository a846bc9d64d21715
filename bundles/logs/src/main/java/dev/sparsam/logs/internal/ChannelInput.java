package dev.sparsam.logs.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A part of a file, read without moving the position of its channel. */
final class ChannelInput extends BlockInput {
    private final FileChannel channel;
    private final long end;
    private long at;

    ChannelInput(FileChannel channel, long from, long to) {
        this.channel = channel;
        at = from;
        end = to;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
        if (at >= end || len == 0) {
            return len == 0 ? 0 : -1;
        }
        int count = channel.read(ByteBuffer.wrap(b, off, (int) Math.min(len, end - at)), at);
        at += Math.max(0, count);
        return count;
    }

    @Override
    public long skip(long bytes) throws IOException {
        long count = Math.max(0, Math.min(bytes, Math.min(end, channel.size()) - at));
        at += count;
        return count;
    }

    @Override
    public int available() {
        return (int) Math.min(Integer.MAX_VALUE, end - at);
    }
}
