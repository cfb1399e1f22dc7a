package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.OtherJvm;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/**
 * What hostile and stuck peers do to a process with 64 MiB of heap, or few descriptors; good peers are served meanwhile.
 * What it holds besides the heap is bounded too.
 */
@EnabledOnOs(OS.LINUX)
class SmallHeapTests {

    private static final String ANY = "tcp://127.0.0.1:*";
    private static final Duration SLOW = Duration.ofSeconds(60);
    private static final int MIB = 1 << 20;

    /** What a few connections may hold of direct memory, in MiB. */
    private static final int DIRECT = 16;

    @RegisterExtension
    final Sockets sockets = new Sockets();

    /** Asserts that it never held more than so much above what it held before, and how much direct memory it holds now. */
    private static void assertBounded(OtherJvm other, long before, int mebibytes) {
        assertThat((other.mostResident() - before) / MIB)
                .as("MiB more than %d", before / MIB)
                .isLessThanOrEqualTo(mebibytes);
        other.say("memory");
        assertThat(Long.parseLong(other.line()) / MIB)
                .as("MiB of direct memory")
                .isLessThanOrEqualTo(DIRECT);
    }

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
            assertTicks(at);
            long before = pub.resident();
            for (int life = 0; life < 3; life++) {
                try (RawPeer peer = RawPeer.connect(at)) {
                    peer.handshakeNull("SUB");
                    bomb(peer, 200_000);
                    assertTicks(at);
                }
            }
            assertTicks(at);
            assertThat(pub.isAlive()).isTrue();
            assertBounded(pub, before, 96);
        }
    }

    /** Each comes after the one before has gone; nobody receives what they say. */
    @Test
    void whatSubscribersSayToOneThatDoesNotReceive() {
        try (OtherJvm xpub = OtherJvm.start(PeerMain.class, "xpub", ANY)) {
            String at = xpub.line();
            assertTicks(at);
            long before = xpub.resident();
            for (int life = 0; life < 2; life++) {
                try (RawPeer peer = RawPeer.connect(at)) {
                    peer.handshakeNull("XSUB");
                    sayMuch(peer);
                    assertTicks(at);
                    peer.sendCommand("PING", new byte[2]);
                    peer.expectCommand("PONG");
                }
                try (RawPeer peer = RawPeer.connect(at)) {
                    peer.handshakeNull("XSUB");
                    bomb(peer, 100_000);
                    assertTicks(at);
                }
            }
            assertBounded(xpub, before, 96);
        }
    }

    /** 64 subscriptions of 1 MiB, and 64 MiB of messages. */
    private static void sayMuch(RawPeer peer) {
        for (int i = 0; i < 64; i++) {
            byte[] large = new byte[MIB];
            large[0] = 1;
            large[1] = (byte) i;
            peer.writeFrame(0, large);
            large[0] = 'm';
            peer.writeFrame(0, large);
        }
    }

    /** 168 KB of SUBSCRIBE and CANCEL to all of 100,000 last values, of which it reads none. */
    @Test
    void subscriptionsToVeryManyLastValues() {
        try (OtherJvm pub = OtherJvm.start(PeerMain.class, "values", ANY)) {
            String at = pub.line();
            assertTicks(at);
            long before = pub.resident();
            try (RawPeer peer = RawPeer.connect(at)) {
                peer.handshakeNull("SUB");
                byte[][] pairs = new byte[2 * 7_300][];
                for (int i = 0; i < pairs.length; i++) {
                    pairs[i] = RawPeer.command(i % 2 == 0 ? "SUBSCRIBE" : "CANCEL");
                }
                peer.write(pairs);
                assertTicks(at);
            }
            assertBounded(pub, before, 96);
        }
    }

    private RawPeer stuckPublisher(RawListener listener) {
        RawPeer peer = listener.accept();
        peer.sendGreeting("NULL", false, 1);
        peer.expectGreeting();
        peer.sendReady("PUB");
        peer.expectCommand("READY");
        return peer;
    }

    private String healthyPublisher() {
        PubSocket pub = sockets.add(PubSocket.create());
        Endpoint at = pub.bindNow(ANY);
        sockets.add(Flux.interval(Duration.ofMillis(10))
                .onBackpressureDrop()
                .concatMap(tick -> pub.send("tick", "" + tick))
                .subscribe());
        return at.toString();
    }

    /** A million, one after the other, while one of two publishers does not read. */
    @Test
    void subscriptionsThatComeAndGo() {
        try (RawListener listener = RawPeer.listen();
                OtherJvm sub = OtherJvm.start(PeerMain.class, "sub", listener.endpoint() + "," + healthyPublisher())) {
            sub.line();
            sub.line();
            try (RawPeer stuck = stuckPublisher(listener)) {
                assertThat(sub.line()).isEqualTo("tick");
                long before = sub.resident();
                sub.say("1000000");
                awaitLine(sub, "done");
                awaitLine(sub, "tick");
                stuck.sendCommand("PING", new byte[2]);
                assertThat(sub.mostResident() - before).isLessThanOrEqualTo(64L * MIB);
            }
        }
    }

    private static void awaitLine(OtherJvm other, String line) {
        while (!other.line().equals(line)) {
            assertThat(other.isAlive()).isTrue();
        }
    }

    /** 50 MB of SUBSCRIBE and CANCEL come to a proxy, and one of two publishers behind it does not read. */
    @Test
    void subscriptionsThatComeAndGoThroughAProxy() {
        try (RawListener listener = RawPeer.listen();
                OtherJvm proxy =
                        OtherJvm.start(PeerMain.class, "proxy", listener.endpoint() + "," + healthyPublisher())) {
            String at = proxy.line();
            try (RawPeer stuck = stuckPublisher(listener);
                    RawPeer peer = RawPeer.connect(at)) {
                assertTicks(at);
                long before = proxy.resident();
                peer.handshakeNull("SUB");
                byte[] topic = new byte[200];
                for (int i = 0; i < 100_000; i++) {
                    byte[] number = Integer.toString(i).getBytes();
                    System.arraycopy(number, 0, topic, 0, number.length);
                    peer.write(RawPeer.command("SUBSCRIBE", topic), RawPeer.command("CANCEL", topic));
                }
                assertTicks(at);
                stuck.sendCommand("PING", new byte[2]);
                assertBounded(proxy, before, 64);
            }
        }
    }

    /** 200 connections, each with 8,000 properties in its READY. */
    @Test
    void verySmallProperties() {
        try (OtherJvm pull = OtherJvm.start(PeerMain.class, "count", ANY)) {
            String at = pull.line();
            long before = pull.resident();
            Map<String, byte[]> properties = new LinkedHashMap<>();
            for (int i = 0; i < 8_000; i++) {
                properties.put(Integer.toString(1_300 + i, 36), new byte[0]);
            }
            List<RawPeer> many = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                RawPeer peer = RawPeer.connect(at);
                peer.sendGreeting("NULL", false, 1);
                peer.expectGreeting();
                peer.sendReady("PUSH", properties);
                peer.expectCommand("READY");
                many.add(peer);
            }
            PushSocket push = sockets.add(PushSocket.create(Sockets::quick));
            push.connectNow(at);
            push.send("hello").then(push.flush()).block(SLOW);
            awaitOne(pull);
            assertBounded(pull, before, 96);
            many.forEach(RawPeer::close);
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
                long before = pub.resident();

                StepVerifier.create(healthy.next())
                        .then(() -> pub.say("2560 104858"))
                        .expectNext("END")
                        .expectComplete()
                        .verify(SLOW);
                assertThat(pub.line()).isEqualTo("sent");
                assertTicks(at);
                assertBounded(pub, before, 64);
            }
        }
    }

    /** As long as it takes for 50,000 replies to clients that come and go. */
    @Test
    void repliesToClientsThatComeAndGo() {
        try (OtherJvm rep = OtherJvm.start(PeerMain.class, "rep", ANY)) {
            String at = rep.line();
            requests(at, 50);
            long before = rep.resident();
            for (int client = 0; client < 100; client++) {
                requests(at, 500);
            }
            assertBounded(rep, before, 60);
        }
    }

    private static void requests(String at, int count) {
        ReqSocket req = ReqSocket.create(options -> Sockets.quick(options).correlate());
        req.connectNow(at);
        Flux.range(0, count).flatMap(i -> req.request("" + i), 16).blockLast(SLOW);
        req.close().block(TIMEOUT);
    }

    /** Frames that announce more than there is, each on a connection of its own, all at once. */
    @Test
    void announcedSizes() {
        try (OtherJvm pull = OtherJvm.start(PeerMain.class, "count", ANY)) {
            String at = pull.line();
            List<RawPeer> many = new ArrayList<>();
            pull.say("");
            assertThat(pull.line()).isEqualTo("0");
            long before = pull.resident();
            for (int i = 0; i < 50; i++) {
                RawPeer peer = RawPeer.connect(at);
                peer.handshakeNull("PUSH");
                peer.write("02 0000000003fffff0").write(new byte[100_000]); // nearly 64 MiB, which is allowed
                many.add(peer);
            }
            PushSocket push = sockets.add(PushSocket.create(Sockets::quick));
            push.connectNow(at);
            push.send("hello").then(push.flush()).block(SLOW);
            awaitOne(pull);
            assertBounded(pull, before, 64);
            many.forEach(RawPeer::close);
        }
    }

    private static void awaitOne(OtherJvm pull) {
        String came = "";
        for (long end = System.nanoTime() + TIMEOUT.toNanos(); !came.equals("1") && System.nanoTime() < end; ) {
            pull.say("");
            came = pull.line();
        }
        assertThat(came).isEqualTo("1");
    }

    /** It may have 256, and 400 come. */
    @Test
    void descriptorsRunOut() {
        try (OtherJvm pull = OtherJvm.start(PeerMain.class, List.of("-Xmx64m"), 256, "count", ANY)) {
            String at = pull.line();
            RawPeer first = RawPeer.connect(at); // loads classes, which takes a descriptor each where they are no jar's
            first.handshakeNull("PUSH");
            first.closeWithReset();
            long before = pull.resident();
            List<RawPeer> many = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                many.add(RawPeer.connect(at));
            }
            Duration busy = pull.processorTime();
            Mono.delay(Duration.ofSeconds(1)).block();
            assertThat(pull.processorTime().minus(busy)).as("busy in a second").isLessThan(Duration.ofMillis(700));
            many.forEach(RawPeer::close);

            PushSocket push = sockets.add(PushSocket.create(Sockets::quick));
            push.connectNow(at);
            push.send("hello").then(push.flush()).block(SLOW);
            awaitOne(pull);
            assertBounded(pull, before, 32);
        }
    }
}
