package dev.sparsam.logs.internal;

import java.io.IOException;
import java.io.OutputStream;

/** How what is to take the place of a file is made from it. */
interface Rewriting {
    /**
     * Writes it.
     *
     * @param source the file, opened for this; it need not be read to its end
     * @param out takes the bytes as they are before the file as a whole is compressed; neither flushed nor closed
     * @return what was done; when nothing was masked or left out, or there is damage, nothing need have been written
     */
    LogScan write(LogInput source, OutputStream out) throws IOException;
}
