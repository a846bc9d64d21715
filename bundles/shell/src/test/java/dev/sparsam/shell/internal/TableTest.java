package dev.sparsam.shell.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {

    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        assertThat(new Table("A", "B").row("long cell", 1).row("x", 22).toString())
                .isEqualTo("A          B\nlong cell  1\nx          22");
    }

    @Test
    void wideLettersTakeTwoColumnsAndCombiningMarksNone() {
        assertThat(Table.width("日本")).isEqualTo(4);
        assertThat(Table.width("Mu\u0308ller")).isEqualTo(6);
        assertThat(Table.width("Müller – 1 €")).isEqualTo(12);
        assertThat(new Table("A", "B").row("日本", 1).row("ab", 2).toString()).isEqualTo("A     B\n日本  1\nab    2");
    }

    @Test
    void lineBreaksInACellDoNotBreakTheTable() {
        assertThat(new Table("A", "B").row("a\nb\u001b[31m", 1).toString()).hasLineCount(2);
    }
}
