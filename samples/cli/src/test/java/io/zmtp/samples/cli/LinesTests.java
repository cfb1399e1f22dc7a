package io.zmtp.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.samples.cli.format.Lines;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinesTests {

    @Test
    void cutsAtNewlines() throws IOException {
        assertThat(lines("a\nbc\n", 100)).containsExactly("a", "bc");
    }

    @Test
    void takesWhatFollowsTheLastNewlineUnlessItIsEmpty() throws IOException {
        assertThat(lines("a\nb", 100)).containsExactly("a", "b");
        assertThat(lines("a\n", 100)).containsExactly("a");
    }

    @Test
    void keepsEmptyLines() throws IOException {
        assertThat(lines("\n\na\n\n", 100)).containsExactly("", "", "a", "");
    }

    @Test
    void findsNothingInNothing() throws IOException {
        assertThat(lines("", 100)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8})
    void doesNotMindWhereTheInputIsCut(int octetsAtATime) throws IOException {
        assertThat(lines("one\n\ntwo and more\nthree", octetsAtATime))
                .containsExactly("one", "", "two and more", "three");
    }

    @Test
    void joinsLinesThatAreLongerThanItsBuffer() throws IOException {
        String longest = "x".repeat(200_000);
        assertThat(lines(longest + "\n" + longest + "\na", 70_000)).containsExactly(longest, longest, "a");
    }

    @Test
    void handsOutALineBeforeTheNextOneIsThere() throws IOException {
        Typed typed = new Typed();
        typed.type("first\n".getBytes(StandardCharsets.UTF_8));
        assertThat(new Lines(typed).next()).asString().isEqualTo("first");
    }

    private static List<String> lines(String input, int octetsAtATime) throws IOException {
        InputStream in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] into, int from, int length) {
                return super.read(into, from, Math.min(length, octetsAtATime));
            }
        };
        Lines lines = new Lines(in);
        List<String> all = new ArrayList<>();
        for (byte[] line; (line = lines.next()) != null; ) {
            all.add(new String(line, StandardCharsets.UTF_8));
        }
        return all;
    }
}
