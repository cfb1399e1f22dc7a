package io.zmtp.reactive.delivery;

import static io.zmtp.reactive.delivery.Scripts.TIMEOUT;
import static io.zmtp.reactive.delivery.Scripts.arrives;
import static io.zmtp.reactive.delivery.Scripts.awaitUntil;
import static io.zmtp.reactive.delivery.Scripts.frame;
import static io.zmtp.reactive.delivery.Scripts.named;
import static io.zmtp.reactive.delivery.Scripts.ready;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.test.ScriptedPeer;
import io.zmtp.reactive.testing.RawPeer;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A peer that acknowledges what waits to be written to it, as it knows what that is. */
class EarlyAcknowledgementTests {

    /** More than a Unix domain socket takes while nobody reads. */
    private static final int LARGE = 8 << 20;

    private static final Message SMALL = Message.of("a");

    @RegisterExtension
    final Scripts scripts = new Scripts();

    private PushSocket push(DeliveryOptions delivery) {
        return scripts.add(PushSocket.create(options ->
                named("push", delivery.maxUnderWayBytes(1 << 30)).apply(options).sendHwmBytes(1 << 30)));
    }

    /** A peer that reads only when it is asked to. */
    private RawPeer connect(Endpoint endpoint, int level, String name) {
        RawPeer peer = RawPeer.connect(endpoint.toString());
        scripts.add(peer::close);
        peer.sendGreeting("NULL", false, 1).expectGreeting();
        peer.sendReady("PULL", Map.of("X-QoS", ("" + level).getBytes(US_ASCII), "Identity", name.getBytes(US_ASCII)));
        peer.expectCommand("READY");
        return peer;
    }

    private static Message large(int first) {
        byte[] octets = new byte[LARGE];
        octets[0] = (byte) first;
        return Message.of(Bytes.wrap(octets));
    }

    private static byte[] acknowledged(String text) {
        return frame(Kind.ACK, text).toByteArray();
    }

    @Test
    void doesNotMakeTheNextMessageCountAsWritten() {
        PushSocket push = push(DeliveryOptions.takenOver());
        RawPeer peer = connect(push.bindNow("ipc://*"), 1, "");
        List<Delivery> deliveries =
                Stream.of(SMALL, large(1), SMALL, large(2)).map(push::deliver).toList();
        List<CompletableFuture<Void>> written = deliveries.stream()
                .map(delivery -> delivery.written().toFuture())
                .toList();
        peer.readFrame();
        peer.write(acknowledged("a"), acknowledged("a"));
        arrives(deliveries.get(2).takenOver());

        peer.readFrame();
        peer.readFrame();
        awaitUntil(() -> assertThat(push.peers().get(0).messagesSent()).isEqualTo(3));
        peer.write(acknowledged("a")); // for nothing: what comes after that was written is known by now
        awaitUntil(() -> assertThat(push.drops()).containsOnly(Map.entry(DropReason.UNEXPECTED, 1L)));
        assertThat(written).extracting(CompletableFuture::isDone).containsExactly(true, true, true, false);
        peer.readFrame();
        arrives(deliveries.get(3).written());
    }

    @Test
    void doesNotMakeWhatThePeerHasGoToAnotherOne() {
        PushSocket push = push(DeliveryOptions.once());
        RawPeer first = connect(push.bindNow("ipc://*"), 2, "first");
        push.awaitPeers(1).block(TIMEOUT);
        push.send("a").block(TIMEOUT);
        first.readFrame();
        Message large = large(1);
        push.send(large).block(TIMEOUT);
        Delivery early = push.deliver(Message.of("c"));
        scripts.add(early.written().subscribe());
        push.send("d").block(TIMEOUT);
        first.write(acknowledged("c"));
        arrives(early.takenOver());
        first.close();

        Endpoint endpoint = push.bindNow("tcp://127.0.0.1:*");
        ScriptedPeer other = scripts.connect(endpoint, ready(SocketType.PULL, 2, "other"));
        other.expect(Message.of("d")).block(TIMEOUT);
        ScriptedPeer back = scripts.connect(endpoint, ready(SocketType.PULL, 2, "first"));
        back.expect(frame(Kind.CLR, "c")).block(TIMEOUT);
        back.expect(Message.of("a")).block(TIMEOUT);
        assertThat(back.readMessage().block(TIMEOUT)).isEqualTo(large);
    }
}
