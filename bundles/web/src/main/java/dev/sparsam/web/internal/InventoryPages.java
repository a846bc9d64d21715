package dev.sparsam.web.internal;

import dev.sparsam.panel.TenantKind;
import dev.sparsam.panel.spi.InventoryPort;
import dev.sparsam.panel.spi.InventoryPort.ImportReport;
import dev.sparsam.web.internal.Answer.Crumb;
import dev.sparsam.web.internal.Answer.Mistake;
import dev.sparsam.web.internal.Answer.Raw;
import dev.sparsam.web.internal.Answer.Redirect;
import dev.sparsam.web.internal.Uploads.Upload;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The file of tenants and sites, for a panel whose tenants Sparsam keeps itself. */
final class InventoryPages {
    private static final int LISTED = 200;

    private final Services services;
    private final Trees trees;
    private final Uploads uploads;

    InventoryPages(Services services, Trees trees, Uploads uploads) {
        this.services = services;
        this.trees = trees;
        this.uploads = uploads;
    }

    List<Route> routes() {
        return List.of(
                Route.get("/inventory", Route.PROVIDER, visit -> page(visit, "")),
                Route.get("/inventory/export", Route.PROVIDER, visit -> export()),
                Route.upload("/inventory/preview", Route.PROVIDER, this::preview),
                Route.post("/inventory/apply", Route.PROVIDER, this::apply),
                Route.post("/inventory/discard", Route.PROVIDER, this::discard));
    }

    /**
     * The page.
     *
     * @param available whether the panel's tenants are kept by Sparsam
     * @param empty whether there is nothing yet
     * @param tenants how many customers and resellers there are
     * @param sites how many domains
     * @param error what is wrong with the upload; empty for nothing
     */
    record Model(boolean available, boolean empty, int tenants, int sites, String error) {}

    /**
     * What an import would do.
     *
     * @param sha256 which upload this speaks of
     * @param nothing whether nothing would change
     */
    record Preview(
            String sha256,
            List<String> problems,
            List<String> added,
            List<String> changed,
            List<String> removed,
            int moreAdded,
            int moreChanged,
            int moreRemoved,
            int allAdded,
            int allChanged,
            int allRemoved,
            int unchanged,
            boolean nothing) {}

    private Answer.Page page(Visit visit, String error) {
        Model model = new Model(
                services.inventory().isPresent(),
                visit.snapshot().tree().isEmpty(),
                (int) visit.snapshot().tree().stream()
                        .flatMap(tree -> tree.tenants().stream())
                        .filter(tenant -> tenant.kind() != TenantKind.PROVIDER)
                        .count(),
                visit.snapshot().tree().map(tree -> tree.sites().size()).orElse(0),
                error);
        return Answer.Page.of("inventory", model, "inventory", visit.t("inventory.title"));
    }

    private Answer.Page wrong(Visit visit, String key) {
        String text = visit.t(key);
        return page(visit, text).wrong(List.of(new Mistake("file", text)));
    }

    private InventoryPort port() {
        return services.inventory().orElseThrow(PageException::notFound);
    }

    private static Locale language(Visit visit) {
        return Locale.forLanguageTag(visit.texts().language());
    }

    private Answer export() {
        return new Raw("application/json", Optional.of("sparsam-inventory.json"), false, port()::export);
    }

    private Answer preview(Visit visit) {
        InventoryPort port = port();
        Optional<Upload> upload = visit.request().file();
        if (upload.isEmpty()) {
            return wrong(visit, "inventory.nothing");
        }
        ImportReport report;
        try (InputStream file = upload.get().open()) {
            report = port.preview(file, language(visit));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (report.problems().isEmpty()) {
            uploads.keep(session(visit), upload.get());
        }
        return preview(visit, report, upload.get().sha256())
                .status(report.problems().isEmpty() ? 200 : 422);
    }

    private static String session(Visit visit) {
        return visit.session().orElseThrow().token();
    }

    private Answer discard(Visit visit) {
        uploads.discard(session(visit));
        return Redirect.to("/inventory");
    }

    private static Answer.Page preview(Visit visit, ImportReport report, String hash) {
        Preview model = new Preview(
                hash,
                head(report.problems()),
                head(report.added()),
                head(report.changed()),
                head(report.removed()),
                more(report.added()),
                more(report.changed()),
                more(report.removed()),
                report.added().size(),
                report.changed().size(),
                report.removed().size(),
                report.unchanged(),
                report.added().isEmpty()
                        && report.changed().isEmpty()
                        && report.removed().isEmpty());
        return Answer.Page.of(
                "inventoryPreview",
                model,
                "inventory",
                visit.t("inventory.preview.title"),
                Crumb.of(visit.t("nav.inventory"), "/inventory"));
    }

    private static List<String> head(List<String> all) {
        return all.stream().limit(LISTED).toList();
    }

    private static int more(List<String> all) {
        return Math.max(0, all.size() - LISTED);
    }

    private Answer apply(Visit visit) {
        InventoryPort port = port();
        String hash = visit.request().form("sha256");
        Optional<ImportReport> applied;
        try {
            applied = uploads.alone(() -> {
                Optional<Upload> upload = uploads.kept(session(visit), hash);
                if (upload.isEmpty()) {
                    return Optional.empty();
                }
                try (InputStream file = upload.get().open()) {
                    return Optional.of(port.apply(file, language(visit)));
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (applied.isEmpty()) {
            return wrong(visit, "inventory.gone").status(409);
        }
        ImportReport report = applied.get();
        trees.forget();
        if (!report.problems().isEmpty()) {
            return preview(visit, report, hash).status(422);
        }
        uploads.discard(session(visit));
        String text = visit.t(
                "inventory.applied",
                report.added().size(),
                report.changed().size(),
                report.removed().size());
        return Redirect.to("/inventory").saying(Flash.ok(text));
    }
}
