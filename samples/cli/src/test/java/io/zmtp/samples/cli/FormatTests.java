package io.zmtp.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.samples.cli.format.BadInput;
import io.zmtp.samples.cli.format.Format;
import io.zmtp.samples.cli.format.Lead;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FormatTests {

    @Test
    void textSplitsPartsAtTabs() throws IOException {
        assertThat(read(Format.Name.text, "a\tb\nc\n")).containsExactly(Message.of("a", "b"), Message.of("c"));
        assertThat(write(Format.Name.text, Message.of("a", "b"))).isEqualTo("a\tb\n");
    }

    @Test
    void textKeepsOctetsThatAreNoText() throws IOException {
        Message message = Message.of(Bytes.hex("ff00fe"), Bytes.hex("0d"));
        assertThat(read(Format.Name.text, octets(Format.Name.text, message))).containsExactly(message);
    }

    @Test
    void hexWritesEachPartInDigits() throws IOException {
        assertThat(write(Format.Name.hex, Message.of("a", "", "bc"))).isEqualTo("61\t\t6263\n");
        assertThat(read(Format.Name.hex, "61\t\t62 6C\n")).containsExactly(Message.of("a", "", "bl"));
    }

    @Test
    void quotedShowsWhatDoesNotPrint() throws IOException {
        Message message = Message.of(Bytes.hex("00090a0d5c1b"), Bytes.hex("ffc3"), Bytes.utf8("é\u202e"));
        assertThat(write(Format.Name.quoted, message))
                .isEqualTo("\\0\\t\\n\\r\\\\\\x1b\t\\xff\\xc3\té\\xe2\\x80\\xae\n");
        assertThat(read(Format.Name.quoted, octets(Format.Name.quoted, message)))
                .containsExactly(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\", "a\\q", "\\x", "\\x1", "\\xg0", "\\x0g"})
    void quotedRefusesOtherEscapes(String line) {
        assertThatThrownBy(() -> read(Format.Name.quoted, line))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("two hexadecimal digits");
    }

    @Test
    void jsonIsAnArrayOfStrings() throws IOException {
        assertThat(write(Format.Name.jsonl, Message.of("a\"\\", "\n\t\u0001", "é")))
                .isEqualTo("[\"a\\\"\\\\\",\"\\n\\t\\u0001\",\"é\"]\n");
        assertThat(read(Format.Name.jsonl, " [ \"a\" , \"\\u00e9\\n\\/\" ] \n[\"\"]"))
                .containsExactly(Message.of("a", "é\n/"), Message.of(""));
    }

    @Test
    void jsonTakesPairsOfSurrogates() throws IOException {
        assertThat(read(Format.Name.jsonl, "[\"\\ud83d\\ude00\"]")).containsExactly(Message.of("😀"));
    }

    @Test
    void jsonEscapesOctetsThatAreNoText() throws IOException {
        Message message = Message.of(Bytes.hex("61ff80"), Bytes.hex("c3"));
        assertThat(write(Format.Name.jsonl, message)).isEqualTo("[\"a\\udcff\\udc80\",\"\\udcc3\"]\n");
        assertThat(read(Format.Name.jsonl, octets(Format.Name.jsonl, message))).containsExactly(message);
    }

    @Test
    void rawIsOneMessageOfAllThereIs() throws IOException {
        assertThat(read(Format.Name.raw, "a\tb\n\nc")).containsExactly(Message.of("a\tb\n\nc"));
        assertThat(read(Format.Name.raw, "")).containsExactly(Message.of(""));
        assertThat(write(Format.Name.raw, Message.of("a", "b\n"))).isEqualTo("ab\n");
    }

    @ParameterizedTest
    @EnumSource(names = {"text", "quoted", "hex", "jsonl"})
    void anEmptyLineIsAMessageOfOneEmptyPart(Format.Name format) throws IOException {
        assertThat(read(format, "\n\n")).containsExactly(Message.of(""), Message.of(""));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsWrittenIsReadAgain(Format.Name format) throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            Message message = message(random, format);
            assertThat(read(format, octets(format, message))).containsExactly(message);
        }
    }

    private static Message message(Random random, Format.Name format) {
        List<Bytes> parts = new ArrayList<>();
        do {
            byte[] part = new byte[random.nextInt(20)];
            random.nextBytes(part);
            if (format == Format.Name.text) {
                for (int i = 0; i < part.length; i++) {
                    part[i] = (byte) (part[i] == '\t' || part[i] == '\n' ? ' ' : part[i]);
                }
            }
            parts.add(Bytes.wrap(part));
        } while (random.nextBoolean() && format != Format.Name.raw);
        return Message.of(parts);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "abc|an even number",
                "6g|two hexadecimal digits",
                "61\t6|part 2: ",
            })
    void hexSaysWhatIsWrong(String line, String reason) {
        assertThatThrownBy(() -> read(Format.Name.hex, line))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "abc|expected an array of strings at column 1, but 'a' came",
                "~ ~|expected an array of strings at column 2, but the end of the line came",
                "\"a\"|an array of strings",
                "[1]|expected a string at column 2",
                "[\"a\",]|expected a string at column 6",
                "[\"a\" \"b\"]|a comma or the end of the array at column 6",
                "[\"a\"|a comma or the end of the array at column 5, but the end of the line came",
                "[\"a|the end of the string",
                "[\"a\"] x|the end of the line at column 7",
                "[\"\\x\"]|after a backslash at column 4",
                "[\"\\u12\"]|four hexadecimal digits",
                "[\"\\ud800\"]|no lone surrogate",
                "[\"\\udc7f\"]|no lone surrogate",
                "[]|at least one string",
                "[\"a\tb\"]|an escape such as \\u0009 at column 4",
            })
    void jsonSaysWhatIsWrongAndWhere(String line, String reason) {
        assertThatThrownBy(() -> read(Format.Name.jsonl, line))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[\"a\",\"\\u00e9\\n\"]"})
    void jsonCutAnywhereIsRefused(String line) {
        for (int end = 1; end < line.length(); end++) {
            String cut = line.substring(0, end);
            assertThatThrownBy(() -> read(Format.Name.jsonl, cut)).as(cut).isInstanceOf(BadInput.class);
        }
    }

    @Test
    void jsonThatIsNoUtf8IsRefused() {
        assertThatThrownBy(() -> read(Format.Name.jsonl, new byte[] {'[', '"', (byte) 0xff, '"', ']'}))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("UTF-8");
    }

    private static List<Message> read(Format.Name format, String input) throws IOException {
        return read(format, input.getBytes(StandardCharsets.UTF_8));
    }

    private static List<Message> read(Format.Name format, byte[] input) throws IOException {
        Format.Reader reader = format.of(Lead.BODY).reader(new ByteArrayInputStream(input));
        List<Message> all = new ArrayList<>();
        for (Message message; (message = reader.next()) != null; ) {
            all.add(message);
        }
        return all;
    }

    private static String write(Format.Name format, Message message) throws IOException {
        return new String(octets(format, message), StandardCharsets.UTF_8);
    }

    private static byte[] octets(Format.Name format, Message message) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        format.of(Lead.BODY).write(message, out);
        return out.toByteArray();
    }
}
