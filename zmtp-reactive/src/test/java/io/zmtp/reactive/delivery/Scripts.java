package io.zmtp.reactive.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpDeliveryException;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.Receiver;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.reactive.test.ScriptedListener;
import io.zmtp.reactive.test.ScriptedPeer;
import io.zmtp.reactive.testing.Opened;
import io.zmtp.reactive.wire.Acknowledgement;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Digest;
import java.time.Duration;
import java.util.function.UnaryOperator;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The sockets and scripted peers of a test, which end with it, and what they say to acknowledge. */
final class Scripts extends Opened {

    static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** What a peer of a level announces. */
    static Metadata ready(SocketType type, int level, String routingId) {
        return Metadata.EMPTY
                .with(Metadata.SOCKET_TYPE, Bytes.utf8(type.name()))
                .with(Metadata.IDENTITY, Bytes.utf8(routingId))
                .with("X-QoS", Bytes.utf8("" + level));
    }

    /** Options of a level that connect again soon. */
    static UnaryOperator<SocketOptions> quick(DeliveryOptions delivery) {
        return options -> options.delivery(delivery).reconnect(Duration.ofMillis(2), Duration.ofMillis(4));
    }

    /** As {@link #quick}, of a socket that has a name. */
    static UnaryOperator<SocketOptions> named(String name, DeliveryOptions delivery) {
        return options -> quick(delivery).apply(options).routingId(Bytes.utf8(name));
    }

    ScriptedListener listen() {
        return add(ScriptedPeer.listen());
    }

    /** The next peer of a listener, which is of the same level. */
    ScriptedPeer accept(ScriptedListener listener, Metadata ready) {
        ScriptedPeer peer = add(listener.accept().block(TIMEOUT));
        assertThat(peer.handshake(ready).block(TIMEOUT).text("X-QoS")).isEqualTo(ready.text("X-QoS"));
        return peer;
    }

    /** A sender at level 1. */
    PushSocket push(UnaryOperator<DeliveryOptions> change) {
        return add(PushSocket.create(quick(change.apply(DeliveryOptions.takenOver()))));
    }

    /** A receiver at level 1 that a sender connects to. */
    ScriptedPeer peer(PushSocket push) {
        ScriptedListener listener = listen();
        push.connectNow(listener.endpoint());
        return accept(listener, ready(SocketType.PULL, 1, ""));
    }

    ScriptedPeer connect(Endpoint endpoint, Metadata ready) {
        ScriptedPeer peer = add(ScriptedPeer.connect(endpoint).block(TIMEOUT));
        peer.handshake(ready).block(TIMEOUT);
        return peer;
    }

    /** What is received at a level; what is work is done at once. */
    static Flux<Message> received(Receiver receiver, DeliveryLevel level) {
        return level == DeliveryLevel.DONE
                ? receiver.work().doOnNext(Work::done).map(Work::message)
                : receiver.receive();
    }

    /** Ends a socket's only peer, and waits until the socket has done with it. */
    static void leave(Disposable peer, ZmtpSocket socket) {
        socket.awaitPeers(1).block(TIMEOUT);
        Mono<Closed> gone = socket.peers().get(0).onClose();
        peer.dispose();
        gone.block(TIMEOUT);
    }

    static Bytes frame(Kind kind, Message message) {
        byte[] target = new byte[Acknowledgement.MAX_FRAME];
        return Bytes.copyOf(target, 0, Acknowledgement.write(kind, new Digest().of(message), target, 0));
    }

    static Bytes frame(Kind kind, String text) {
        return frame(kind, Message.of(text));
    }

    /** What says at a level that a message need not be sent again. */
    static Bytes answer(DeliveryLevel level, String text) {
        return frame(level == DeliveryLevel.DONE ? Kind.COMP : Kind.ACK, text);
    }

    static Bytes nack(String message, int code, String text) {
        return Acknowledgement.nack(new Digest().of(Message.of(message)), code, text);
    }

    static void answerPing(ScriptedPeer peer) {
        Command ping = peer.readCommand(Command.PING).block(TIMEOUT);
        peer.send(Command.pong(ping.pingContext())).block(TIMEOUT);
    }

    static void arrives(Mono<Void> moment) {
        StepVerifier.create(moment).expectComplete().verify(TIMEOUT);
    }

    static void expires(Mono<Void> moment) {
        StepVerifier.create(moment)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                ZmtpDeliveryException.class,
                                failed -> assertThat(failed.reason()).isEqualTo(ZmtpDeliveryException.Reason.EXPIRED)))
                .verify(TIMEOUT);
    }

    static void awaitUntil(Runnable check) {
        Flux.interval(Duration.ZERO, Duration.ofMillis(2))
                .takeUntil(tick -> holds(check))
                .blockLast(TIMEOUT);
        check.run();
    }

    private static boolean holds(Runnable check) {
        try {
            check.run();
            return true;
        } catch (AssertionError notYet) {
            return false;
        }
    }
}
