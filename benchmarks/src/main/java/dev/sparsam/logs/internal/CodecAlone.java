package dev.sparsam.logs.internal;

import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Decompresses a {@code .gz} and compresses it again, with our own readers and writers and nothing between them. */
final class CodecAlone {
    private CodecAlone() {}

    /** Argument: the file. What comes out goes to the standard output. */
    public static void main(String[] arguments) throws IOException {
        byte[] buffer = new byte[1 << 18];
        try (InputStream file = new BufferedInputStream(Files.newInputStream(Path.of(arguments[0])), 1 << 16);
                Decompressor decompressor = Compression.GZIP.open(file);
                Compressor compressor = decompressor.compressor(new FileOutputStream(FileDescriptor.out))) {
            for (int count; (count = decompressor.read(buffer)) >= 0; ) {
                compressor.write(buffer, 0, count);
            }
            compressor.finish();
        }
    }
}
