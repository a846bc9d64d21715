package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.internal.Change.Kind;
import dev.sparsam.logs.internal.Change.Result;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;

/** What is to take the place of a log. */
final class MaskedCopy {
    private MaskedCopy() {}

    /**
     * Writes it, complete with the attributes of the log, and synced.
     *
     * @param rewriting makes its content
     * @param beforeCommit is told what was written
     * @return why it must not take the place of the log; it may be incomplete then
     */
    static Optional<Change> write(
            Path path,
            Path copy,
            Expectation expected,
            Rewriting rewriting,
            FileChanger.Steps steps,
            Consumer<Result> beforeCommit)
            throws IOException {
        Attributes.copy(path, copy);
        try (LogInput source = LogInput.open(path);
                FileChannel channel = FileChannel.open(
                        copy,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        LinkOption.NOFOLLOW_LINKS)) {
            DigestOutputStream out =
                    new DigestOutputStream(steps.output(Channels.newOutputStream(channel)), LogInput.newSha256());
            LogScan scan;
            if (source.decompressor().isPresent()) {
                try (Compressor compressor =
                        new AsideCompressor(source.decompressor().get().compressor(out))) {
                    scan = rewriting.write(source, compressor);
                    compressor.finish();
                }
            } else {
                scan = rewriting.write(source, out);
            }
            if (scan.damage().isPresent()) {
                return Optional.of(Change.of(Kind.FAILED, scan.damage().get(), FileNote.of(Code.AS_BEFORE)));
            }
            if (!source.sha256().equals(expected.sha256())) {
                return Optional.of(Change.of(Kind.CHANGED, FileNote.of(Code.CONTENT_NOT_AS_PLANNED)));
            }
            if (scan.addresses() == 0 && scan.expired() == 0) {
                return Optional.of(Change.of(Kind.DONE, FileNote.of(Code.NOTHING_TO_MASK)));
            }
            Attributes.settle(path, copy);
            channel.force(true);
            beforeCommit.accept(new Result(
                    channel.size(),
                    HexFormat.of().formatHex(out.getMessageDigest().digest())));
            return Optional.empty();
        }
    }
}
