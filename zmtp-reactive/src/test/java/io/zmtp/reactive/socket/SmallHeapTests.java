package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.OtherJvm;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** What hostile and stuck peers do to a process with 64 MiB of heap, or few descriptors; good peers are served meanwhile. */
class SmallHeapTests {

    private static final String ANY = "tcp://127.0.0.1:*";
    private static final Duration SLOW = Duration.ofSeconds(60);

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private Flux<String> subscribed(String at, String topic) {
        SubSocket sub = sockets.add(SubSocket.create(Sockets::quick));
        sub.connectNow(at);
        return sub.receive(topic).map(Message::text);
    }

    private void assertTicks(String at) {
        StepVerifier.create(subscribed(at, "tick").take(3))
                .expectNextCount(3)
                .expectComplete()
                .verify(TIMEOUT);
    }

    /** Subscribes to so many topics of 60 octets, all different. */
    private static void bomb(RawPeer peer, int topics) {
        byte[] topic = new byte[60];
        for (int i = 0; i < topics; i += 100) {
            byte[][] commands = new byte[100][];
            for (int k = 0; k < 100; k++) {
                byte[] number = String.format(Locale.ROOT, "%08x", (i + k) * 2654435761L & 0xffffffffL)
                        .getBytes();
                System.arraycopy(number, 0, topic, 0, number.length);
                commands[k] = RawPeer.command("SUBSCRIBE", topic);
            }
            peer.write(commands);
        }
    }

    @Test
    void subscriptionBombs() {
        try (OtherJvm pub = OtherJvm.start(PeerMain.class, "pub", ANY)) {
            String at = pub.line();
            for (int life = 0; life < 3; life++) {
                try (RawPeer peer = RawPeer.connect(at)) {
                    peer.handshakeNull("SUB");
                    bomb(peer, 200_000);
                    assertTicks(at);
                }
            }
            assertTicks(at);
            assertThat(pub.isAlive()).isTrue();
        }
    }

    /** 256 MiB are published to one that does not read, and one that does. */
    @Test
    void stuckSubscriber() {
        try (OtherJvm pub = OtherJvm.start(PeerMain.class, "pub", ANY)) {
            String at = pub.line();
            try (RawPeer stuck = RawPeer.connect(at)) {
                stuck.handshakeNull("SUB");
                stuck.write(RawPeer.command("SUBSCRIBE"));
                stuck.readFrame();
                Flux<String> healthy = subscribed(at, "END");
                assertTicks(at);

                StepVerifier.create(healthy.next())
                        .then(() -> pub.say("2560 104858"))
                        .expectNext("END")
                        .expectComplete()
                        .verify(SLOW);
                assertThat(pub.line()).isEqualTo("sent");
                assertTicks(at);
            }
        }
    }

    /** It may have 256, and 400 come. */
    @Test
    void descriptorsRunOut() {
        try (OtherJvm pull = OtherJvm.start(PeerMain.class, List.of("-Xmx64m"), 256, "count", ANY)) {
            String at = pull.line();
            List<RawPeer> many = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                many.add(RawPeer.connect(at));
            }
            many.forEach(RawPeer::close);

            PushSocket push = sockets.add(PushSocket.create(Sockets::quick));
            push.connectNow(at);
            push.send("hello").then(push.flush()).block(SLOW);
            String came = "";
            for (long end = System.nanoTime() + TIMEOUT.toNanos(); !came.equals("1") && System.nanoTime() < end; ) {
                pull.say("");
                came = pull.line();
            }
            assertThat(came).isEqualTo("1");
        }
    }
}
