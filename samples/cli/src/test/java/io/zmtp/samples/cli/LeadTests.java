package io.zmtp.samples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.samples.cli.format.BadInput;
import io.zmtp.samples.cli.format.Format;
import io.zmtp.samples.cli.format.Lead;
import io.zmtp.samples.cli.format.PeerId;
import io.zmtp.samples.cli.format.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LeadTests {

    @ParameterizedTest
    @CsvSource({"me,me", "0x,''", "0x00,'\0'", "0x3078,0x", "0x307861,0xa", "ünï,ünï", "0x6109,'a\t'"})
    void idsThatAreNoTextAreWrittenInHex(String written, String id) {
        assertThat(PeerId.text(Bytes.utf8(id))).isEqualTo(written);
        assertThat(PeerId.parse(Bytes.utf8(written))).isEqualTo(Bytes.utf8(id));
    }

    @Test
    void idsThatAreNoUtf8AreWrittenInHex() {
        Bytes id = Bytes.hex("ff41");
        assertThat(PeerId.text(id)).isEqualTo("0xff41");
        assertThat(PeerId.parse(Bytes.utf8("0xFF41"))).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0x1", "0xzz"})
    void idsWithBadHexAreRefused(String written) {
        assertThatThrownBy(() -> PeerId.parse(Bytes.utf8(written)))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(written);
    }

    @Test
    void textAndJsonWriteTheIdAsText() throws IOException {
        Message message = Message.of(Bytes.hex("0041"), Bytes.utf8("body"));
        assertThat(write(Format.Name.text, Lead.PEER_ID, message)).isEqualTo("0x0041\tbody\n");
        assertThat(write(Format.Name.jsonl, Lead.PEER_ID, message)).isEqualTo("[\"0x0041\",\"body\"]\n");
        assertThat(read(Format.Name.text, Lead.PEER_ID, "0x0041\tbody")).isEqualTo(message);
        assertThat(read(Format.Name.jsonl, Lead.PEER_ID, "[\"0x0041\",\"body\"]"))
                .isEqualTo(message);
    }

    @Test
    void hexWritesTheIdLikeEveryPart() throws IOException {
        assertThat(write(Format.Name.hex, Lead.PEER_ID, Message.of("me", "a"))).isEqualTo("6d65\t61\n");
    }

    @Test
    void rawHasTheLeadBeforeTheFirstTabAndDoesNotWriteIt() throws IOException {
        assertThat(read(Format.Name.raw, Lead.GROUP, "g\ta\tb\n")).isEqualTo(Message.of("g", "a\tb\n"));
        assertThat(read(Format.Name.raw, Lead.PEER_ID, "0x6d\ta")).isEqualTo(Message.of("m", "a"));
        assertThat(write(Format.Name.raw, Lead.GROUP, Message.of("g", "a"))).isEqualTo("a");
        assertThatThrownBy(() -> read(Format.Name.raw, Lead.GROUP, "g"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("group<TAB>body");
    }

    @ParameterizedTest
    @CsvSource({"CLIENT,2", "SCATTER,2", "CHANNEL,3", "RADIO,1", "RADIO,3", "SERVER,1", "SERVER,3", "ROUTER,1"})
    void partsThatATypeHasNotAreRefused(SocketType type, int parts) {
        Message message = Message.of("a\t".repeat(parts).strip().split("\t"));
        assertThatThrownBy(() -> Shape.of(type).check(message))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(type.name());
    }

    @ParameterizedTest
    @CsvSource({"CLIENT,1", "RADIO,2", "SERVER,2", "PEER,2", "ROUTER,2", "ROUTER,4", "PUSH,1", "DEALER,3"})
    void partsThatATypeHasAreTaken(SocketType type, int parts) {
        Shape.of(type).check(Message.of("a\t".repeat(parts).strip().split("\t")));
    }

    private static Message read(Format.Name format, Lead lead, String input) throws IOException {
        Message message = format.of(lead)
                .reader(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)))
                .next();
        return message == null ? Message.of("") : message;
    }

    private static String write(Format.Name format, Lead lead, Message message) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        format.of(lead).write(message, out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
