package io.zmtp.reactive.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.routing.Envelope.Opened;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EnvelopeTests {
    private static final Bytes ID = Bytes.hex("01020304");

    private static Opened open(Message request) {
        return Objects.requireNonNull(Envelope.open(request));
    }

    private static Message withAddresses(int count) {
        List<Bytes> parts = new ArrayList<>(Collections.nCopies(count, Bytes.utf8("hop")));
        parts.add(Bytes.EMPTY);
        parts.add(Bytes.utf8("body"));
        return Message.of(parts);
    }

    @Test
    void opensARequestThatCameStraightFromAReq() {
        Opened opened = open(Message.of("", "a", "b"));
        assertThat(opened.body()).isEqualTo(Message.of("a", "b"));
        assertThat(opened.envelope().parts()).containsExactly(Bytes.EMPTY);
        assertThat(opened.envelope().seal(Message.of("x", "y"))).isEqualTo(Message.of("", "x", "y"));
    }

    @Test
    void opensARequestThatWentThroughRouters() {
        Opened opened = open(Message.of("one", "two", "", "", "a"));
        assertThat(opened.body()).isEqualTo(Message.of("", "a"));
        assertThat(opened.envelope().seal(Message.of("x"))).isEqualTo(Message.of("one", "two", "", "x"));
    }

    @Test
    void keepsWhoSentTheRequest() {
        Peer peer = new Peer(null, SocketType.REQ, Bytes.EMPTY, 3, 1, Metadata.EMPTY, null, null);
        Message request = Message.received(List.of(Bytes.EMPTY, ID), peer);
        assertThat(open(request).body().peer()).containsSame(peer);
    }

    static Stream<Message> notRequests() {
        return Stream.of(Message.of(""), Message.of("a"), Message.of("a", "b"), Message.of("a", ""));
    }

    @ParameterizedTest
    @MethodSource("notRequests")
    void discardsWhatHasNoDelimiterOrNothingBehindIt(Message message) {
        assertThat(Envelope.open(message)).isNull();
    }

    @Test
    void takes255AddressesAtMost() {
        assertThat(open(withAddresses(255)).envelope().parts()).hasSize(256);
        assertThat(Envelope.open(withAddresses(256))).isNull();
    }

    @Test
    void aRequestIsTheBodyBehindTheDelimiter() {
        assertThat(Envelope.request(Message.of("a", "b"))).isEqualTo(Message.of("", "a", "b"));
    }

    @Test
    void aReplyIsWhatComesBehindTheDelimiter() {
        assertThat(Envelope.reply(Message.of("", "a", "b"))).isEqualTo(Message.of("a", "b"));
        assertThat(Envelope.reply(Message.of("", ""))).isEqualTo(Message.of(""));
    }

    @Test
    void discardsRepliesWithoutDelimiterOrBody() {
        assertThat(Envelope.reply(Message.of(""))).isNull();
        assertThat(Envelope.reply(Message.of("a"))).isNull();
        assertThat(Envelope.reply(Message.of("a", "", "b"))).isNull();
    }

    @Test
    void aCorrelatedRequestHasFourOctetsBeforeTheDelimiter() {
        assertThat(Envelope.request(0x01020304, Message.of("a")))
                .isEqualTo(Message.of(ID, Bytes.EMPTY, Bytes.utf8("a")));
        assertThat(Envelope.request(-1, Message.of("a")).first()).isEqualTo(Bytes.hex("ffffffff"));
    }

    @Test
    void aCorrelatedReplyHasTheSameId() {
        assertThat(Envelope.reply(0x01020304, Message.of(ID, Bytes.EMPTY, ID, Bytes.EMPTY)))
                .isEqualTo(Message.of(ID, Bytes.EMPTY));
    }

    static Stream<Message> notReplies() {
        return Stream.of(
                Message.of(Bytes.hex("01020305"), Bytes.EMPTY, ID),
                Message.of(Bytes.hex("010203"), Bytes.EMPTY, ID),
                Message.of(ID, ID, ID),
                Message.of(ID, Bytes.EMPTY),
                Message.of(ID),
                Message.of(Bytes.EMPTY, ID, ID));
    }

    @ParameterizedTest
    @MethodSource("notReplies")
    void discardsWhatIsNotTheReplyToTheRequest(Message message) {
        assertThat(Envelope.reply(0x01020304, message)).isNull();
    }

    @Test
    void aRepAnswersACorrelatedRequestWithItsId() {
        Message request = Envelope.request(7, Message.of("ask"));
        Message answer = open(request).envelope().seal(Message.of("answer"));
        assertThat(Envelope.reply(7, answer)).isEqualTo(Message.of("answer"));
        assertThat(Envelope.reply(8, answer)).isNull();
    }
}
