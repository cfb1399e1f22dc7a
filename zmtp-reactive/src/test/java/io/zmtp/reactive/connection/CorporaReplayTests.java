package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Rig.SHORT;
import static io.zmtp.reactive.testing.RawPeer.command;
import static io.zmtp.reactive.testing.RawPeer.frame;
import static io.zmtp.reactive.testing.RawPeer.greeting;
import static io.zmtp.reactive.testing.RawPeer.property;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpException;
import io.zmtp.reactive.testing.Corpora;
import io.zmtp.reactive.testing.Corpora.Sample;
import io.zmtp.reactive.testing.Hex;
import io.zmtp.reactive.testing.RawPeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CorporaReplayTests {
    private static final int GREETING = 64;

    private final Rig rig = new Rig();

    @AfterEach
    void close() {
        rig.close();
    }

    static Stream<Sample> samples() {
        return Stream.concat(Corpora.all(), Corpora.dictionary().stream());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void survivesItAsAServer(Sample sample) {
        rig.receive(Rig.pull().handshakeTimeout(SHORT));
        RawPeer peer = rig.peer();
        replay(peer, sample.bytes());
        peer.close();
        assertOrderly(rig.end());
        rig.assertServesAGoodPeer();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void survivesItAsAClient(Sample sample) {
        CompletableFuture<ZmtpConnection> attempt = rig.connect(Rig.push()
                .handshakeTimeout(SHORT)
                .doOnReady(connection -> connection.receive().onErrorComplete().subscribe()));
        RawPeer peer = rig.accepted();
        replay(peer, sample.bytes());
        peer.close();
        assertOrderly(rig.end());
        assertThat(attempt).isDone();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void survivesItBehindAHandshake(Sample sample) {
        rig.receive(Rig.pull());
        RawPeer peer = rig.pusher();
        replay(peer, sample.bytes());
        peer.close();
        assertOrderly(rig.end());
        pushGood();
    }

    @Test
    void survivesMutationsOfAValidSession() {
        rig.receive(Rig.pull().handshakeTimeout(SHORT));
        Random random = new Random(20_240_601);
        byte[] session = session();
        for (int i = 0; i < 300; i++) {
            byte[] mutated = mutate(session, random);
            RawPeer peer = rig.peer();
            replay(peer, mutated);
            peer.close();
        }
        for (int i = 0; i < 300; i++) {
            assertOrderly(rig.end());
        }
        pushGood();
    }

    private static void replay(RawPeer peer, byte[] octets) {
        int first = Math.min(GREETING, octets.length);
        try {
            peer.write(Arrays.copyOf(octets, first)).write(Arrays.copyOfRange(octets, first, octets.length));
        } catch (AssertionError closed) {
            assertThat(closed).as("closed by us").hasMessageContaining("cannot write");
        }
    }

    /** Ended for a reason that has a name, never by an exception of a bug. */
    private static void assertOrderly(Closed end) {
        Throwable cause = end.cause();
        assertThat(cause == null || cause instanceof ZmtpException || cause instanceof IOException)
                .as("%s", end)
                .isTrue();
    }

    /** As {@link Rig#assertServesAGoodPeer()}, after what the others sent. */
    private void pushGood() {
        rig.pusher().writeMessage("good", "peer");
        Message message = rig.message();
        while (!message.equals(Message.of("good", "peer"))) {
            message = rig.message();
        }
    }

    private static byte[] session() {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        octets.writeBytes(greeting("NULL", false, 1));
        octets.writeBytes(command(
                "READY", property("Socket-Type", Hex.parse("'PUSH'")), property("Identity", Hex.parse("'me'"))));
        octets.writeBytes(frame(RawPeer.MORE, Hex.parse("'first'")));
        octets.writeBytes(command("PING", new byte[2], Hex.parse("'context'")));
        octets.writeBytes(frame(0, new byte[300]));
        octets.writeBytes(command("SUBSCRIBE", Hex.parse("'topic'")));
        octets.writeBytes(frame(0, new byte[0]));
        return octets.toByteArray();
    }

    private static byte[] mutate(byte[] octets, Random random) {
        byte[] mutated = octets.clone();
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            int at = random.nextInt(mutated.length);
            switch (random.nextInt(5)) {
                case 0 -> mutated[at] = (byte) random.nextInt();
                case 1 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> mutated[at] = random.nextBoolean() ? (byte) 0xff : 0;
                case 3 -> mutated = Arrays.copyOf(mutated, Math.max(1, at));
                default -> {
                    byte[] shifted = new byte[mutated.length + 1];
                    System.arraycopy(mutated, 0, shifted, 0, at);
                    System.arraycopy(mutated, at, shifted, at + 1, mutated.length - at);
                    mutated = shifted;
                }
            }
        }
        return mutated;
    }
}
