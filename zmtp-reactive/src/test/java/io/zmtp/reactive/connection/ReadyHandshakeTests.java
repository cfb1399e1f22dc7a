package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Rig.SHORT;
import static io.zmtp.reactive.connection.Rig.TIMEOUT;
import static io.zmtp.reactive.testing.RawPeer.command;
import static io.zmtp.reactive.testing.RawPeer.frame;
import static io.zmtp.reactive.testing.RawPeer.greeting;
import static io.zmtp.reactive.testing.RawPeer.property;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.mechanism.PlainMechanism;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.testing.Hex;
import io.zmtp.reactive.testing.RawPeer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

class ReadyHandshakeTests {
    private static final byte[] GREETING = greeting("NULL", false, 1);
    private static final byte[] READY_PUSH = command("READY", property("Socket-Type", Hex.parse("'PUSH'")));
    private static final byte[] READY_PULL = command("READY", property("Socket-Type", Hex.parse("'PULL'")));

    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void saysGreetingAndReadyInOneWriteToAPeerThatAwaitsReady() {
        List<Integer> writesBeforeFlush = new CopyOnWriteArrayList<>();
        ChannelOutboundHandlerAdapter counter = new ChannelOutboundHandlerAdapter() {
            private int writes;

            @Override
            public void write(ChannelHandlerContext context, Object octets, ChannelPromise promise) {
                writes++;
                context.write(octets, promise);
            }

            @Override
            public void flush(ChannelHandlerContext context) {
                writesBeforeFlush.add(writes);
                context.flush();
            }
        };
        rig.bind(ZmtpServer.create().socketType(SocketType.ROUTER));
        ZmtpConnection dealer = ZmtpClient.create()
                .socketType(SocketType.DEALER)
                .doOnInit(connection -> connection.channel().pipeline().addFirst(counter))
                .connect(rig.endpoint())
                .block(TIMEOUT);
        assertThat(writesBeforeFlush).startsWith(2);
        dealer.dispose();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PING", "SUBSCRIBE", "HELLO", "WELCOME", "INITIATE", "X"})
    void closesWhenAnotherCommandComesBeforeReady(String name) {
        rig.receive(Rig.pull());
        RawPeer peer = rig.peer().write(GREETING).sendCommand(name, new byte[4]);
        assertThat(rig.handshakeFailure(Failure.MALFORMED, peer))
                .hasMessageContaining("expected READY, but " + name + " came");
        rig.assertServesAGoodPeer();
    }

    @Test
    void closesWhenAMessageComesBeforeReady() {
        rig.receive(Rig.pull());
        RawPeer peer = rig.peer().write(GREETING).writeMessage("early");
        assertThat(rig.handshakeFailure(Failure.MALFORMED, peer))
                .hasMessageContaining("READY")
                .hasMessageContaining("a message of 5 octets");
        rig.assertServesAGoodPeer();
        assertThat(rig.hasMessage()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "04 00, body is empty",
        "04 03 00 'AB', size of the name is 0",
        "04 03 05 'AB', name of 5 octets",
        "04 03 02 '1A', ASCII letters",
        "05 06 05 'READY', flag MORE",
        "06 8000000000000000, 2^63 - 1",
        "06 0000000000010001, its size is 65537",
        "06 7fffffffffffffff, at most 65536 octets"
    })
    void closesOnACommandThatCannotBeRead(String octets, String text) {
        rig.receive(Rig.pull());
        RawPeer peer = rig.peer().write(GREETING).write(octets);
        assertThat(rig.handshakeFailure(Failure.MALFORMED, peer)).hasMessageContaining(text);
        rig.assertServesAGoodPeer();
    }

    @Test
    void takesReadyInPieces() {
        rig.receive(Rig.pull());
        RawPeer peer = rig.peer().write(GREETING);
        peer.expectGreeting();
        peer.writeSlowly(READY_PUSH).expectCommand("READY");
        peer.writeMessage("through");
        assertThat(rig.text()).isEqualTo("through");
    }

    @Test
    void deliversWhatIsGluedToReady() {
        rig.receive(Rig.pull());
        rig.peer().write(GREETING).write(READY_PUSH, Hex.parse("01 01 'a' 00 01 'b' 00 01 'c' 00"));
        assertThat(rig.text()).isEqualTo("a|b");
        assertThat(rig.text()).isEqualTo("c");
    }

    @Test
    void deliversWhatCameInOneSegmentWithTheWholeHandshake() {
        rig.receive(Rig.pull());
        rig.peer().write(GREETING, READY_PUSH, frame(0, new byte[300]));
        assertThat(rig.message().part(0).size()).isEqualTo(300);
    }

    @Test
    void deliversToAClientWhatCameInOneSegmentWithTheWholeHandshake() throws Exception {
        CompletableFuture<ZmtpConnection> attempt = rig.connect(Rig.push().socketType(SocketType.PULL));
        rig.accepted().write(GREETING, READY_PUSH, Hex.parse("00 04 'glue'"));
        Message message = attempt.get().receive().blockFirst(TIMEOUT);
        assertThat(message).isEqualTo(Message.of("glue"));
    }

    @Test
    void sendsNothingBeforeThePeersReady() {
        CompletableFuture<ZmtpConnection> attempt = rig.connect(Rig.push().doOnInit(connection -> {
            connection.send(Message.of("first")).subscribe();
            connection.write(Message.of("second"));
            connection.flush().subscribe();
        }));
        RawPeer peer = rig.accepted();
        peer.expectGreeting();
        peer.write(GREETING);
        peer.expect("04 1a 05'READY' 0b'Socket-Type' 00000004'PUSH'");
        assertThat(peer.awaitClosed(SHORT)).as("silence, until READY").isFalse();
        peer.write(READY_PULL).expect("00 05 'first' 00 06 'second'");
        assertThat(attempt).succeedsWithin(TIMEOUT);
    }

    @ParameterizedTest
    @CsvSource({
        "06 'Banned', Banned, 0",
        "03 '400', 400, 400",
        "03 '500', 500, 500",
        "03 '300', 300, 300",
        "03 '999', 999, 0",
        "00, '', 0",
        "'', '', 0",
        "03 0a 1b ff, ???, 0"
    })
    void tellsTheCallerWhatErrorTheServerSent(String reason, String text, int code) {
        CompletableFuture<ZmtpConnection> attempt = rig.connect(Rig.push());
        RawPeer peer = rig.accepted().write(GREETING).sendCommand("ERROR", Hex.parse(reason));
        ZmtpHandshakeException failure = rig.handshakeFailure(Failure.PEER_ERROR, peer, attempt);
        assertThat(failure).hasMessageEndingWith("expected READY, but the peer refused with ERROR \"" + text + "\"");
        assertThat(failure.code()).isEqualTo(code);
        assertThat(failure.isFatal()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ERROR", "^RROR"})
    void takesTheErrorOfPeersThatCannotWriteItsName(String name) {
        CompletableFuture<ZmtpConnection> attempt = rig.connect(Rig.push());
        RawPeer peer = rig.accepted().write(GREETING).write("04 09 '" + name + "' 03 '400'");
        assertThat(rig.handshakeFailure(Failure.PEER_ERROR, peer, attempt).code())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 64, 80})
    void tellsTheCallerThatThePeerClosedDuringTheHandshakeAfter(int octets) {
        CompletableFuture<ZmtpConnection> attempt = rig.connect(Rig.push());
        RawPeer peer = rig.accepted();
        peer.expectGreeting();
        byte[] whole = Arrays.copyOf(GREETING, GREETING.length + READY_PULL.length);
        System.arraycopy(READY_PULL, 0, whole, GREETING.length, READY_PULL.length);
        peer.write(Arrays.copyOf(whole, octets));
        if (octets >= 64) {
            peer.expectCommand("READY"); // else its unread octets make this a reset
        }
        peer.close();
        Throwable error = Rig.error(attempt);
        Closed end = rig.end();
        assertThat(end.reason()).isEqualTo(Reason.PEER);
        assertThat(error)
                .isInstanceOf(ZmtpClosedException.class)
                .hasMessageStartingWith(rig.endpoint() + " (peer ")
                .hasMessageContaining("closed: PEER");
        assertThat(((ZmtpClosedException) error).closed()).isEqualTo(end);
    }

    @Test
    void tellsTheCallerThatThePeerResetTheConnection() {
        CompletableFuture<ZmtpConnection> attempt = rig.connect(Rig.push());
        RawPeer peer = rig.accepted();
        peer.expectGreeting();
        peer.closeWithReset();
        assertThat(Rig.error(attempt)).isInstanceOf(IOException.class);
        assertThat(rig.end().reason()).isEqualTo(Reason.IO);
    }

    @Test
    void servesOthersAfterAPeerLeftInMidHandshake() {
        rig.receive(Rig.pull());
        RawPeer peer = rig.peer().write(GREETING);
        peer.expectGreeting();
        peer.expectCommand("READY");
        peer.close();
        assertThat(rig.end()).satisfies(end -> {
            assertThat(end.reason()).isEqualTo(Reason.PEER);
            assertThat(end.cause()).isNull();
        });
        rig.assertServesAGoodPeer();
    }

    @Test
    void closesAClientThatIsDisposedInMidHandshake() {
        CompletableFuture<ZmtpConnection> attempt =
                rig.connect(Rig.push().doOnInit(connection -> connection.dispose()));
        assertThat(rig.accepted().awaitClosed(TIMEOUT)).isTrue();
        assertThat(rig.end().reason()).isEqualTo(Reason.LOCAL);
        assertThat(Rig.error(attempt)).isInstanceOf(ZmtpClosedException.class);
    }

    @Test
    void passesNoMessageOfANullPeerToAPlainServer() {
        rig.receive(Rig.pull().mechanism(PlainMechanism.server(credentials -> Mono.just(Verdict.accept()))));
        RawPeer peer = rig.peer().write(GREETING, READY_PUSH, Hex.parse("00 05 'sneak'"));
        assertThat(rig.handshakeFailure(Failure.MECHANISM, peer))
                .hasMessageContaining("expected mechanism PLAIN, but the peer announces NULL");
        assertThat(rig.hasMessage()).isFalse();
    }
}
