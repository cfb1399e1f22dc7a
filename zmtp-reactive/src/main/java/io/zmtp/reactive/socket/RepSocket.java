package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.PacedLog;
import io.zmtp.reactive.pipe.NextMessage;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.routing.Envelope;
import io.zmtp.reactive.routing.Inbox;
import io.zmtp.reactive.routing.Outgoing;
import io.zmtp.reactive.routing.Replies;
import io.zmtp.reactive.routing.Request;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.publisher.Sinks;

/**
 * Replies to the requests of REQ and DEALER peers (RFC 28). The envelope of a request is taken off before the handler
 * sees it, and put before its reply.
 *
 * <p>Requests without an envelope are dropped and counted. So is a reply whose peer has gone, or does not read.
 *
 * @see <a href="https://rfc.zeromq.org/spec/28/">RFC 28, The REP Socket Type</a>
 * @since 0.1
 */
public final class RepSocket extends ZmtpSocket {

    /** How many requests are answered at a time: {@value}. */
    public static final int DEFAULT_CONCURRENCY = 256;

    private final PacedLog log = new PacedLog(RepSocket.class);

    private final Replies replies = new Replies(options.overflow(Overflow.DROP_NEWEST), this::dropped);
    private final Inbox<Request> inbox = new Inbox<>(fairQueue(this::open));

    private RepSocket(SocketOptions options) {
        super(SocketType.REP, options);
    }

    /** A socket with the default options. */
    public static RepSocket create() {
        return create(UnaryOperator.identity());
    }

    /** A socket with the default options, changed. */
    public static RepSocket create(UnaryOperator<SocketOptions> options) {
        return new RepSocket(options.apply(SocketOptions.create()));
    }

    /** As {@link #serve(Function, int)}, up to {@link #DEFAULT_CONCURRENCY} at a time. */
    public Mono<Void> serve(Function<? super Message, ? extends Publisher<Message>> handler) {
        return serve(handler, DEFAULT_CONCURRENCY);
    }

    /**
     * Answers requests with what a handler makes of them. One server at a time; a second one gets an
     * {@code IllegalStateException}.
     *
     * <p>Replies to requests with the same envelope, as of a DEALER or of a REQ without ids, are sent in the order of the
     * requests; others when they are ready. If the handler fails, or makes no reply, the request stays unanswered, which is
     * counted, and the socket goes on; with delivery level {@code DONE} the peer is sent why, and its request fails. A publisher
     * that never ends keeps its place for ever: use {@code timeout}.
     *
     * @param handler called on the event loop of the peer, so it must not block; the first message of what it returns is
     *     the reply
     * @param concurrency how many requests are answered at a time, at least 1; further ones wait in the queues of their
     *     peers, and then in the network
     * @return completes when the socket is closed; cancelling it stops serving, and leaves what is being answered
     *     unanswered
     */
    public Mono<Void> serve(Function<? super Message, ? extends Publisher<Message>> handler, int concurrency) {
        Objects.requireNonNull(handler, "handler");
        SocketOptions.requirePositive("concurrency", concurrency);
        return Mono.defer(() -> {
            Disposable.Composite open = Disposables.composite();
            return inbox.receive()
                    .flatMap(request -> answer(request, handler, open), concurrency, 1)
                    .then()
                    .doOnCancel(open::dispose);
        });
    }

    /**
     * Answers the next request, if one comes in time, as {@link #serve(Function, int)} does. A request that comes later, or
     * after a cancel, is not lost: the next server gets it. While the request is being answered others may serve.
     *
     * @param timeout counted from the subscription, until the request is there; zero for one that is there already
     * @return completes when the reply is on its way, when the request stays unanswered, when the time is over, and when the
     *     socket is closed; cancelling it leaves what is being answered unanswered
     */
    public Mono<Void> serveNext(Function<? super Message, ? extends Publisher<Message>> handler, Duration timeout) {
        Objects.requireNonNull(handler, "handler");
        Mono<Request> next = NextMessage.of(inbox.receive(), timeout);
        return Mono.defer(() -> {
            Disposable.Composite open = Disposables.composite();
            return next.flatMap(request -> answer(request, handler, open)).doOnCancel(open::dispose);
        });
    }

    // ---- requests

    private @Nullable Request open(Pipe pipe, Object item) {
        if (!(item instanceof Message message)) {
            return null;
        }
        Envelope.Opened opened = Envelope.open(message);
        if (opened == null || isDisposed()) {
            dropped(pipe, null, opened == null ? DropReason.MALFORMED : DropReason.UNANSWERED, message, 1);
            return null;
        }
        return new Request(pipe, message, opened);
    }

    private Mono<Void> answer(
            Request request,
            Function<? super Message, ? extends Publisher<Message>> handler,
            Disposable.Composite open) {
        replies.begin(request);
        try {
            Publisher<Message> answer = handler.apply(request.body);
            if (answer instanceof Callable<?> known) {
                Message reply = (Message) known.call();
                return reply == null ? withoutReply(request) : replies.answered(request, reply);
            }
            Sinks.Empty<Void> settled = Sinks.empty();
            request.settled = settled;
            Answer subscriber = new Answer(request, open);
            open.add(subscriber); // not left to flatMap, which may be cancelled before it has subscribed
            answer.subscribe(subscriber);
            return settled.asMono();
        } catch (Exception | Error thrown) { // must not end the answers to the others
            return failed(request, thrown);
        }
    }

    /** Takes what a handler answers to one request. */
    private final class Answer extends BaseSubscriber<Message> {

        private final Request request;
        private final Disposable.Composite open;

        Answer(Request request, Disposable.Composite open) {
            this.request = request;
            this.open = open;
        }

        @Override
        protected void hookOnNext(Message reply) {
            replies.answered(request, reply);
            cancel();
        }

        @Override
        protected void hookOnComplete() {
            withoutReply(request);
        }

        @Override
        protected void hookOnError(Throwable failure) {
            failed(request, failure);
        }

        @Override
        protected void hookFinally(SignalType how) {
            open.remove(this);
            replies.answered(request, null);
        }

        /** No hook is called if that comes before the subscription. */
        @Override
        public void dispose() {
            super.dispose();
            replies.answered(request, null);
        }
    }

    private Mono<Void> withoutReply(Request request) {
        refuse(request, ZmtpNackException.INTERNAL, "the handler made no reply");
        return replies.answered(request, null);
    }

    private void refuse(Request request, int code, String text) {
        if (options.delivery.level() == DeliveryLevel.DONE) {
            request.refuse(code, text);
        }
    }

    private Mono<Void> failed(Request request, Throwable failure) {
        log.warn("handler", this + ": the handler failed on a request, which gets no reply", failure);
        refuse(request, Processing.code(failure), Processing.text(failure));
        return replies.answered(request, null);
    }

    // ---- peers

    @Override
    Outgoing outgoing() {
        return replies;
    }

    @Override
    boolean joined(Pipe pipe, ConnectedPeer peer) {
        replies.add(pipe);
        return true;
    }

    @Override
    void peerGone(Pipe pipe, ConnectedPeer peer) {
        replies.left(pipe);
    }

    @Override
    Inbox<Request> inbox() {
        return inbox;
    }
}
