package io.zmtp.spring.template;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.core.CallFrame;
import io.zmtp.spring.core.StreamFrame;
import io.zmtp.spring.core.ZmtpCallException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/** A stream that was asked for. What comes is buffered, up to the window that was asked for, until it is requested. */
final class StreamCall {

    private static final int HALF_WINDOW = StreamFrame.WINDOW / 2;

    private final Bytes id;
    private final String called;
    private final ZmtpSocket socket;
    private final Sinks.Empty<Void> begun = Sinks.empty();
    private final Sinks.Many<Message> held = Sinks.many()
            .unicast()
            .onBackpressureBuffer(Queues.<Message>get(StreamFrame.WINDOW).get());
    private final Disposable.Swap leaving = Disposables.swap();
    private final Disposable.Composite asking = Disposables.composite();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile @Nullable ConnectedPeer peer;
    private int taken; // only by the subscriber's thread

    /**
     * A stream that was not asked for yet.
     *
     * @param called its route and its socket, for failures
     */
    StreamCall(Bytes id, String called, ZmtpSocket socket) {
        this.id = id;
        this.called = called;
        this.socket = socket;
    }

    /** Asks a peer; completes when the first message of the stream has come, or it has failed. */
    Mono<Void> ask(ConnectedPeer asked, Message body) {
        peer = asked;
        leaving.update(asked.onClose()
                .subscribe(closed -> fail(Calls.gone(asked, "the peer of " + called + " has gone", closed))));
        return asked.send(body.prepend(Bytes.EMPTY).prepend(id)).then(begun.asMono());
    }

    Flux<Message> elements() {
        return held.asFlux().doOnNext(element -> {
            ConnectedPeer asked = peer;
            if (++taken % HALF_WINDOW == 0 && asked != null) {
                askForMore(asked);
            }
        });
    }

    private void askForMore(ConnectedPeer asked) {
        Disposable.Swap sending = Disposables.swap();
        asking.add(sending);
        sending.update(asked.send(StreamFrame.more(id, HALF_WINDOW))
                .doFinally(end -> asking.remove(sending))
                .subscribe(accepted -> {}, gone -> {}));
    }

    /**
     * Takes a message. Called by one thread at a time.
     *
     * @return false if it does not come from the peer that was asked
     */
    boolean take(Message message) {
        ConnectedPeer asked = peer;
        if (asked == null || !Calls.isFrom(asked, message)) {
            return false;
        }
        Bytes flag = message.size() < 4 ? Bytes.EMPTY : message.part(2); // a reply has no flag
        if (flag.equals(StreamFrame.NEXT)) {
            if (held.tryEmitNext(Message.of(message.last())) == Sinks.EmitResult.FAIL_OVERFLOW) {
                fail(new IllegalStateException(asked.endpoint() + ": " + called + ": expected at most "
                        + StreamFrame.WINDOW + " elements before more are asked for, but another one came"));
                cancel();
            }
        } else if (flag.equals(StreamFrame.COMPLETE)) {
            held.tryEmitComplete();
        } else if (flag.equals(StreamFrame.ERROR)) {
            String code = message.size() > 4 ? message.part(3).utf8() : ZmtpCallException.FAILED;
            fail(CallFrame.came(code, message.text()).of(called));
        } else if (!flag.equals(StreamFrame.STARTED)) {
            ZmtpCallException failure = CallFrame.failureOf(message.last());
            fail(
                    failure == null
                            ? new IllegalStateException(asked.endpoint() + ": " + called
                                    + ": expected a stream, but the peer sent a single reply")
                            : failure.of(called));
        }
        emitFailure();
        begun.tryEmitEmpty();
        return true;
    }

    /** Any thread. */
    void fail(Throwable why) {
        failure.compareAndSet(null, why);
        emitFailure();
        begun.tryEmitEmpty();
    }

    /** Refused while another thread emits what came: that one calls this afterwards. */
    private void emitFailure() {
        Throwable why = failure.get();
        if (why != null) {
            held.tryEmitError(why);
        }
    }

    void end(SignalType how) {
        leaving.dispose();
        asking.dispose();
        if (how == SignalType.CANCEL) {
            cancel();
        }
    }

    /** If the peer's queue is full, the next element that it sends causes another CANCEL. */
    private void cancel() {
        ConnectedPeer asked = peer;
        Message message = StreamFrame.of(id, StreamFrame.CANCEL, Bytes.EMPTY);
        if (asked != null && !asked.offer(message)) {
            socket.drop(message, DropReason.QUEUE_FULL);
        }
    }
}
