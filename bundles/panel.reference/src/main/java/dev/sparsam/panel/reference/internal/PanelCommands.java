package dev.sparsam.panel.reference.internal;

import dev.sparsam.panel.spi.InventoryPort;
import dev.sparsam.panel.spi.InventoryPort.ImportReport;
import dev.sparsam.panel.spi.PanelConnector;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The panel in the Gogo shell: {@code panel:info}, {@code preview}, {@code import}, {@code export}. */
@Component(
        service = PanelCommands.class,
        property = {
            "osgi.command.scope=panel",
            "osgi.command.function=info",
            "osgi.command.function=preview",
            "osgi.command.function=import",
            "osgi.command.function=export"
        })
public final class PanelCommands {
    private static final int SHOWN = 20;

    private final PanelConnector panel;
    private final InventoryPort inventory;

    /** On the ports of this bundle's panel. */
    @Activate
    public PanelCommands(
            @Reference(target = "(panel.id=reference)") PanelConnector panel,
            @Reference(target = "(panel.id=reference)") InventoryPort inventory) {
        this.panel = panel;
        this.inventory = inventory;
    }

    /** The panel, its state, and the commands. */
    public String info() {
        return panel.info().name() + " " + panel.info().version() + ": "
                + panel.health().message() + "\n"
                + "  panel:preview FILE  what an import of the file would change\n"
                + "  panel:import FILE   makes tenants and sites equal to the file, all or nothing\n"
                + "  panel:export FILE   writes tenants and sites to a new file";
    }

    /** What an import would change. */
    public String preview(String file) throws IOException {
        try (InputStream in = open(file)) {
            return text(inventory.preview(in), "would be ");
        }
    }

    /** Imports; the shell calls this {@code import}, which no Java method can be called. */
    public String _import(String file) throws IOException {
        try (InputStream in = open(file)) {
            return text(inventory.apply(in), "");
        }
    }

    /** Exports to a file that is not there yet. */
    public String export(String file) throws IOException {
        Path path = Path.of(file);
        if (Files.exists(path)) {
            throw new IOException(path.toAbsolutePath() + " is there already: name a new file");
        }
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path, StandardOpenOption.CREATE_NEW))) {
            inventory.export(out);
        }
        return "Written to " + path.toAbsolutePath();
    }

    private static InputStream open(String file) throws IOException {
        Path path = Path.of(file);
        if (!Files.isReadable(path)) {
            throw new IOException(path.toAbsolutePath() + " is not there or cannot be read");
        }
        return Files.newInputStream(path);
    }

    private static String text(ImportReport report, String verb) {
        StringBuilder text = new StringBuilder();
        if (report.problems().isEmpty()) {
            list(text, verb + "added", report.added());
            list(text, verb + "changed", report.changed());
            list(text, verb + "removed", report.removed());
            text.append(report.unchanged()).append(" unchanged");
        } else {
            text.append("Nothing is changed, because the file has problems:");
            report.problems().forEach(problem -> text.append("\n  ").append(problem));
        }
        return text.toString();
    }

    private static void list(StringBuilder text, String what, List<String> names) {
        text.append(names.size()).append(' ').append(what).append('\n');
        names.stream()
                .limit(SHOWN)
                .forEach(name -> text.append("  ").append(name).append('\n'));
        if (names.size() > SHOWN) {
            text.append("  … and ").append(names.size() - SHOWN).append(" more\n");
        }
    }
}
