package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.MonitorEvent.Disconnected;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscriptions that a publisher does not read. */
class StuckPublisherTests {

    /** As many octets of prefixes as no system keeps for somebody who does not read. */
    private static final int MANY = 400;

    private static final String LONG = "x".repeat(60_000);

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private final RawListener listener = RawPeer.listen();
    private final List<RawPeer> accepted = new ArrayList<>();

    @AfterEach
    void close() {
        accepted.forEach(RawPeer::close);
        listener.close();
    }

    private RawPeer accept(int minor, String type) {
        RawPeer peer = listener.accept();
        accepted.add(peer);
        peer.sendGreeting("NULL", false, minor);
        peer.expectGreeting();
        peer.sendReady(type);
        peer.expectCommand("READY");
        return peer;
    }

    private static void fill(Consumer<String> subscribe) {
        for (int i = 0; i < MANY; i++) {
            subscribe.accept(i + LONG);
        }
    }

    /** What it is told, up to the subscription to {@code end}, by the sign and the beginning of the topic. */
    private static List<String> readToEnd(RawPeer pub) {
        List<String> told = new ArrayList<>();
        do {
            String body = new String(pub.readFrame().body(), StandardCharsets.ISO_8859_1);
            String text =
                    body.replaceFirst("^(\t?SUBSCRIBE|\4JOIN|\1)", "+").replaceFirst("^(\6CANCEL|\5LEAVE|\0)", "-");
            told.add(text.substring(0, Math.min(20, text.length())));
        } while (!told.get(told.size() - 1).equals("+end"));
        return told;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void isNotToldWhatComesAndGoesMeanwhile(int minor) {
        SubSocket sub = sockets.open(SubSocket::create);
        sub.connectNow(listener.endpoint());
        RawPeer pub = accept(minor, "PUB");
        sub.onPeer().blockFirst(TIMEOUT);
        fill(sub::subscribe);
        for (int i = 0; i < 100_000; i++) {
            sub.subscribe("topic " + i);
            sub.unsubscribe("topic " + i);
        }
        sub.subscribe("end");

        List<String> told = readToEnd(pub);

        assertThat(told).hasSize(MANY + 1).allMatch(each -> each.startsWith("+") && !each.contains("topic"));
    }

    @Test
    void norWhatAProxyPassesOn() {
        XSubSocket xsub = sockets.open(XSubSocket::create);
        xsub.connectNow(listener.endpoint());
        RawPeer pub = accept(1, "XPUB");
        xsub.onPeer().blockFirst(TIMEOUT);
        fill(prefix -> xsub.send(Message.of("\1" + prefix)).block(TIMEOUT));
        for (int i = 0; i < 20_000; i++) {
            xsub.send(Message.of("\1topic " + i)).block(TIMEOUT);
            xsub.send(Message.of("\0topic " + i)).block(TIMEOUT);
        }
        xsub.send(Message.of("\1end")).block(TIMEOUT);

        assertThat(readToEnd(pub)).hasSize(MANY + 1);
    }

    @Test
    void losesTheConnectionWhenItLeavesTooManyEndsUnreadAndIsToldAnew() {
        SubSocket sub = sockets.open(SubSocket::create);
        for (int i = 0; i < 100; i++) {
            sub.subscribe("known " + i + LONG);
        }
        sub.connectNow(listener.endpoint());
        RawPeer pub = accept(1, "PUB");
        sub.onPeer().blockFirst(TIMEOUT);
        sub.subscribe("end");
        assertThat(readToEnd(pub)).hasSize(101);
        fill(sub::subscribe);
        var ended = sockets.next(sub, Disconnected.class);

        for (int i = 0; i < 100; i++) {
            sub.unsubscribe("known " + i + LONG);
        }

        Closed why = ended.block(TIMEOUT).closed();
        assertThat(why.reason()).isEqualTo(Closed.Reason.LOCAL);
        assertThat(why.cause()).hasMessageContaining(listener.endpoint()).hasMessageContaining("subscriptions ended");
        sub.unsubscribe("end");
        RawPeer next = accept(1, "PUB");
        sub.onPeer().blockFirst(TIMEOUT);
        sub.subscribe("end");
        assertThat(readToEnd(next)).hasSize(MANY + 1).noneMatch(each -> each.contains("known") || each.startsWith("-"));
    }

    @Test
    void isToldOfVeryManySubscriptionsOverInproc() {
        PubSocket pub = sockets.open(PubSocket::create);
        SubSocket sub = sockets.open(SubSocket::create);
        Stream.iterate(0, i -> i + 1).limit(100_000).forEach(i -> sub.subscribe(Bytes.utf8("topic " + i)));
        pub.bindNow("inproc://many-subscriptions");
        sub.connectNow("inproc://many-subscriptions");

        pub.awaitSubscribers("topic 0", 1)
                .then(pub.awaitSubscribers("topic 99999", 1))
                .block(TIMEOUT);
    }
}
