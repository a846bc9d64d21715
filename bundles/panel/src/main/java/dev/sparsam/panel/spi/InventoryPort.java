package dev.sparsam.panel.spi;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Tenants and sites as a file, for a connector whose tenants are kept by Sparsam itself. The file format is the
 * connector's; it documents it.
 */
@ConsumerType
public interface InventoryPort {
    /**
     * Reads a file and says what {@link #apply} of the same bytes would do now; changes nothing.
     *
     * @param language of the report's sentences; one that the connector does not speak becomes English
     * @throws IOException when the stream cannot be read
     */
    ImportReport preview(InputStream file, Locale language) throws IOException;

    /**
     * Makes the panel's tenants and sites equal to the file's, all or nothing. What the file does not name is removed.
     * A file with problems changes nothing.
     *
     * @param language of the report's sentences; one that the connector does not speak becomes English
     * @throws IOException when the stream cannot be read
     */
    ImportReport apply(InputStream file, Locale language) throws IOException;

    /**
     * Writes all tenants and sites in the same format, in the order of their ids: an import of it changes nothing.
     *
     * @throws IOException when the stream cannot be written
     */
    void export(OutputStream file) throws IOException;

    /**
     * What an import did or would do.
     *
     * @param problems why the file cannot be imported, each with line or field and what to do; when there is one,
     *     nothing is changed
     * @param added the tenants and sites that are new, as people know them
     * @param changed those that differ
     * @param removed those that the file no longer names
     * @param unchanged how many stay as they are
     */
    record ImportReport(
            List<String> problems, List<String> added, List<String> changed, List<String> removed, int unchanged) {
        /** Keeps copies of the lists. */
        public ImportReport {
            problems = List.copyOf(problems);
            added = List.copyOf(added);
            changed = List.copyOf(changed);
            removed = List.copyOf(removed);
        }
    }
}
