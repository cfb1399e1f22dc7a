package io.zmtp.spring.template;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.socket.SocketPeer;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.listener.StreamFrame;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/** A stream that was asked for: what comes is held, as much as was asked for, until it is taken. */
final class StreamCall {

    private static final int HALF = StreamFrame.WINDOW / 2;

    private final Bytes id;
    private final ZmtpSocket socket;
    private final Sinks.Empty<Void> begun = Sinks.empty();
    private final Sinks.Many<Message> held = Sinks.many()
            .unicast()
            .onBackpressureBuffer(Queues.<Message>get(StreamFrame.WINDOW).get());
    private final Disposable.Swap leaving = Disposables.swap();
    private volatile @Nullable SocketPeer peer;
    private int taken; // by the one that takes

    StreamCall(Bytes id, ZmtpSocket socket) {
        this.id = id;
        this.socket = socket;
    }

    /** Completes when something was heard of it. */
    Mono<Void> begun() {
        return begun.asMono();
    }

    Flux<Message> elements() {
        return held.asFlux().doOnNext(element -> {
            if (++taken % HALF == 0) {
                tell(StreamFrame.more(id, HALF));
            }
        });
    }

    /** Called by one thread at a time. */
    void take(Message message) {
        if (peer == null) {
            answered(message);
        }
        Bytes flag = message.part(2);
        if (flag.equals(StreamFrame.NEXT)) {
            if (held.tryEmitNext(Message.of(message.last())) == Sinks.EmitResult.FAIL_OVERFLOW) {
                fail(new IllegalStateException("more came of a stream than was asked for"));
                tell(StreamFrame.of(id, StreamFrame.CANCEL, Bytes.EMPTY));
            }
        } else if (flag.equals(StreamFrame.COMPLETE)) {
            held.tryEmitComplete();
        } else if (flag.equals(StreamFrame.ERROR)) {
            fail(new IllegalStateException("the stream failed: " + message.text()));
        }
        begun.tryEmitEmpty();
    }

    private void answered(Message first) {
        Calls.sender(socket, first).ifPresent(from -> {
            peer = from;
            leaving.update(from.onClose()
                    .subscribe(closed -> fail(
                            new ZmtpClosedException("the peer of a stream has gone: " + closed.reason(), closed))));
        });
    }

    void fail(Throwable why) {
        held.emitError(why, Sinks.EmitFailureHandler.busyLooping(Duration.ofSeconds(1)));
        begun.tryEmitEmpty();
    }

    void end(SignalType how) {
        leaving.dispose();
        if (how == SignalType.CANCEL) {
            tell(StreamFrame.of(id, StreamFrame.CANCEL, Bytes.EMPTY));
        }
    }

    private void tell(Message message) {
        SocketPeer from = peer;
        if (from != null) {
            from.send(message).subscribe(accepted -> {}, gone -> {});
        }
    }
}
