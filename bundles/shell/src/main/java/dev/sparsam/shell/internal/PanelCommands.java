package dev.sparsam.shell.internal;

import dev.sparsam.panel.spi.InventoryPort;
import dev.sparsam.panel.spi.InventoryPort.ImportReport;
import dev.sparsam.panel.spi.PanelConnector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.felix.service.command.CommandSession;
import org.apache.felix.service.command.Descriptor;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** The panel, where its tenants and sites come from a file. */
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

    /** Wires the connector's ports. */
    @Activate
    public PanelCommands(@Reference PanelConnector panel, @Reference InventoryPort inventory) {
        this.panel = panel;
        this.inventory = inventory;
    }

    /** The panel and its state. */
    @Descriptor("the connected panel and whether it answers")
    public String info() {
        return panel.info().name() + " " + panel.info().version() + ": "
                + panel.health().message();
    }

    /** What an import would change. */
    @Descriptor("say what an import of a file would change; changes nothing")
    public String preview(CommandSession session, @Descriptor("the inventory file") String file) throws IOException {
        Texts texts = Texts.of(session);
        return text(texts, "would", new CallerFiles(session).read(file, in -> inventory.preview(in, locale(texts))));
    }

    /** Imports; the shell calls this {@code import}, which no Java method can be called. */
    @Descriptor("make the tenants and sites equal to a file; all or nothing")
    public String _import(CommandSession session, @Descriptor("the inventory file") String file) throws IOException {
        Texts texts = Texts.of(session);
        return text(texts, "did", new CallerFiles(session).read(file, in -> inventory.apply(in, locale(texts))));
    }

    /** Exports to a file that is not there yet. */
    @Descriptor("write all tenants and sites to a new file")
    public String export(CommandSession session, @Descriptor("a file that does not exist yet") String file)
            throws IOException {
        return Texts.of(session).text("file.written", new CallerFiles(session).write(file, inventory::export));
    }

    private static Locale locale(Texts texts) {
        return Locale.forLanguageTag(texts.language());
    }

    private static String text(Texts texts, String tense, ImportReport report) {
        if (!report.problems().isEmpty()) {
            throw new Refusal("panel.problems", report.problems().size(), String.join("\n  ", report.problems()));
        }
        List<String> lines = new ArrayList<>();
        list(texts, "panel." + tense + ".added", report.added(), lines);
        list(texts, "panel." + tense + ".changed", report.changed(), lines);
        list(texts, "panel." + tense + ".removed", report.removed(), lines);
        lines.add(texts.text("panel.unchanged", report.unchanged()));
        return String.join("\n", lines);
    }

    private static void list(Texts texts, String key, List<String> names, List<String> lines) {
        lines.add(texts.text(key, names.size()));
        names.stream().limit(SHOWN).forEach(name -> lines.add("  " + name));
        if (names.size() > SHOWN) {
            lines.add("  " + texts.text("panel.more", names.size() - SHOWN));
        }
    }
}
