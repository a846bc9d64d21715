package dev.sparsam.panel.reference.internal;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.sparsam.panel.LogStorage;
import dev.sparsam.panel.LogStream;
import dev.sparsam.panel.Site;
import dev.sparsam.panel.Tenant;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/** Writes an inventory file, in the order of the ids. */
final class InventoryWriter {
    private InventoryWriter() {}

    /**
     * Writes the file; the stream stays open.
     *
     * @throws IOException when the stream cannot be written
     */
    static void write(Inventory inventory, OutputStream file) throws IOException {
        try (JsonGenerator json = new JsonFactory()
                .createGenerator(file, JsonEncoding.UTF8)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .setPrettyPrinter(new DefaultPrettyPrinter())) {
            json.writeStartObject();
            json.writeStringField("format", Inventory.FORMAT);
            json.writeArrayFieldStart("tenants");
            for (Tenant tenant : inventory.tenants().values()) {
                write(tenant, json);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("sites");
            for (Inventory.SiteEntry site : inventory.sites().values()) {
                write(site, json);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private static void write(Tenant tenant, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", tenant.id().value());
        json.writeStringField("kind", tenant.kind().name());
        writeIfPresent("parent", tenant.parent(), json);
        json.writeStringField("label", tenant.label());
        json.writeStringField("personType", tenant.personType().name());
        json.writeStringField("language", tenant.language().toLanguageTag());
        json.writeStringField("status", tenant.status().name());
        json.writeEndObject();
    }

    private static void write(Inventory.SiteEntry entry, JsonGenerator json) throws IOException {
        Site site = entry.site();
        json.writeStartObject();
        json.writeStringField("id", site.id().value());
        json.writeStringField("tenant", site.tenant().value());
        json.writeStringField("server", site.server());
        json.writeStringField("domain", site.domain());
        writeIfPresent("parent", site.parent(), json);
        json.writeArrayFieldStart("logs");
        for (LogStream log : entry.logs()) {
            json.writeStartObject();
            json.writeStringField("kind", log.kind().name());
            json.writeStringField("directory", log.directory().toString());
            json.writeStringField("files", log.files());
            if (log.storage() != LogStorage.LIVE) {
                json.writeStringField("storage", log.storage().name());
            }
            writeIfPresent("rotation", log.rotation(), json);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeIfPresent(String field, Optional<?> value, JsonGenerator json) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(field, value.get().toString());
        }
    }
}
