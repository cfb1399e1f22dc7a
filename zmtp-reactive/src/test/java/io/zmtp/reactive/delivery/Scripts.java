package io.zmtp.reactive.delivery;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.reactive.test.ScriptedListener;
import io.zmtp.reactive.test.ScriptedPeer;
import io.zmtp.reactive.wire.Acknowledgement;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import io.zmtp.reactive.wire.Digest;
import java.time.Duration;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Scripted peers that acknowledge, and what they say. */
final class Scripts {

    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private Scripts() {}

    /** What a peer of a level announces. */
    static Metadata ready(SocketType type, int level, String routingId) {
        return Metadata.EMPTY
                .with(Metadata.SOCKET_TYPE, Bytes.utf8(type.name()))
                .with(Metadata.IDENTITY, Bytes.utf8(routingId))
                .with("X-QoS", Bytes.utf8("" + level));
    }

    static ScriptedPeer accept(ScriptedListener listener, Metadata ready) {
        ScriptedPeer peer = listener.accept().block(TIMEOUT);
        peer.handshake(ready).block(TIMEOUT);
        return peer;
    }

    static ScriptedPeer connect(Endpoint endpoint, Metadata ready) {
        ScriptedPeer peer = ScriptedPeer.connect(endpoint).block(TIMEOUT);
        peer.handshake(ready).block(TIMEOUT);
        return peer;
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

    static Bytes nack(String message, int code, String text) {
        return Acknowledgement.nack(new Digest().of(Message.of(message)), code, text);
    }

    static void arrives(Mono<Void> moment) {
        StepVerifier.create(moment).expectComplete().verify(TIMEOUT);
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
