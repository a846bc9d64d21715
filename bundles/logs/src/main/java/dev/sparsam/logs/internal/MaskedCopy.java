package dev.sparsam.logs.internal;

import dev.sparsam.logs.FileNote;
import dev.sparsam.logs.FileNote.Code;
import dev.sparsam.logs.internal.Change.Kind;
import dev.sparsam.logs.internal.Change.Result;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What is to take the place of a log.
 *
 * @param unfit why it must not; it may be incomplete then
 * @param written what the file system says of it; empty when it must not
 */
record MaskedCopy(Optional<Change> unfit, Optional<FileIdentity> written) {
    private static MaskedCopy unfit(Kind kind, FileNote... notes) {
        return new MaskedCopy(Optional.of(Change.of(kind, notes)), Optional.empty());
    }

    /**
     * Writes it, complete with the attributes of the log, and synced.
     *
     * @param log held open, as its name may stand for something else at any moment
     * @param path the log, of which the last name says how it is compressed
     * @param copy where it is to be, in a folder that is held open
     * @param user whom files of this process belong to, if known
     * @param rewriting makes its content
     * @param beforeCommit is told what was written
     */
    static MaskedCopy write(
            Held log,
            Path path,
            Path copy,
            Expectation expected,
            Optional<Long> user,
            Rewriting rewriting,
            FileChanger.Steps steps,
            Consumer<Result> beforeCommit)
            throws IOException {
        DiskReserve reserve = new DiskReserve(steps.space(log.path()));
        Optional<Held> made = Attributes.copy(log, copy, user, reserve);
        if (made.isEmpty()) {
            return unfit(Kind.CHANGED, FileNote.of(Code.CHANGED_WHILE_MASKED));
        }
        try (Held target = made.get();
                LogInput source = LogInput.open(log, path);
                FileChannel channel = FileChannel.open(
                        target.path(), StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            SparseOutput file = new SparseOutput(channel, reserve);
            DigestOutputStream out = new DigestOutputStream(steps.output(file), LogInput.newSha256());
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
                return unfit(Kind.FAILED, scan.damage().get(), FileNote.of(Code.AS_BEFORE));
            }
            if (!source.sha256().equals(expected.sha256())) {
                return unfit(Kind.CHANGED, FileNote.of(Code.CONTENT_NOT_AS_PLANNED));
            }
            if (scan.addresses() == 0 && scan.expired() == 0) {
                return unfit(Kind.DONE, FileNote.of(Code.NOTHING_TO_MASK));
            }
            file.finish();
            Attributes.settle(log, target);
            channel.force(true);
            beforeCommit.accept(new Result(
                    channel.size(),
                    HexFormat.of().formatHex(out.getMessageDigest().digest())));
            return new MaskedCopy(Optional.empty(), Optional.of(target.identity()));
        }
    }
}
