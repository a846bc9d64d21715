package dev.sparsam.settings.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MetatypeTest {
    private static final String START = """
            <?xml version="1.0" encoding="UTF-8"?>
            <metatype:MetaData xmlns:metatype="http://www.osgi.org/xmlns/metatype/v1.2.0" localization="l10n">
              <OCD id="one" name="One" description="">
                <AD id="url" type="String" name="URL" default=""/>
                <AD id="size" type="Integer" name="Size" default="10"><Option label="ten" value="10"/></AD>
              </OCD>
              <OCD id="two" name="Two"/>
            """;

    @Test
    void tellsTheSettingsOfEachPid() throws IOException {
        assertThat(read(START + """
                        <Designate pid="a"><Object ocdref="one"/></Designate>
                        <Designate factoryPid="b" pid="x"><Object ocdref="two"/></Designate>
                        </metatype:MetaData>
                        """)).isEqualTo(Map.of("a", Set.of("url", "size"), "b", Set.of()));
    }

    @Test
    void aFileThatEndsEarlyIsNoAnswer() {
        assertThatThrownBy(() -> read(START)).isInstanceOf(IOException.class);
    }

    private static Map<String, Set<String>> read(String xml) throws IOException {
        return Metatype.read(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }
}
