package dev.sparsam.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BannerTest {

    @Test
    void plainWordsAreNotQuoted() {
        assertThat(Banner.quoted("/var/lib/sparsam-1/a_b.c")).isEqualTo("/var/lib/sparsam-1/a_b.c");
    }

    @Test
    void quotedWordIsOneWordForTheShell() throws IOException {
        for (String word : List.of("a b", "it's", "\"$HOME\"", "größe", "a;b|c&d", "~", "*", "", "a\nb", "''", "日本")) {
            Process shell = new ProcessBuilder("/bin/sh", "-c", "printf '%s.' " + Banner.quoted(word)).start();
            assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(word + ".");
        }
    }
}
