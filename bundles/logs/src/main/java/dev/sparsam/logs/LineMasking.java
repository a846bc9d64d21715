package dev.sparsam.logs;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Masks lines that lie in no file, such as those on their way from a server to a log bus: with what the settings say of
 * their site and kind. Everything is masked at once; the period for which lines of files may stay as they were written
 * ({@link LogSettings#RAW}) is for those who keep them. A change of a setting holds within three seconds, one of the panel's
 * sites within twelve. Thread-safe.
 *
 * <p>Lines of a domain that the panel does not have, or that do not say it, are masked as strictly as the provider or any
 * domain wants it, and nothing in them is hashed; a change holds for them within five minutes. Lines that do not say of what
 * kind they are, are masked with the strictest rules of all kinds. Both are never masked less than
 * {@linkplain MaskingPolicy#DEFAULT built in}.
 */
@ProviderType
public interface LineMasking {
    /**
     * Copies whole lines, masked.
     *
     * @param origin whose lines they are
     * @param before what stands before the first of them
     * @param lines is read to its end and not closed; a last line without a line end is a whole one
     * @param masked is neither flushed nor closed; what it has been given is worthless after an exception
     * @throws IOException of the streams
     * @throws RuntimeException when the settings, the panel or the keys cannot be read; the lines can be masked later
     */
    MaskedLines mask(LineOrigin origin, LinesBefore before, InputStream lines, OutputStream masked) throws IOException;
}
