package io.zmtp.spring.integration;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.PacedLog;
import io.zmtp.reactive.socket.Receiver;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.Sender;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.listener.Incoming;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.ResolvableType;
import org.springframework.integration.core.Pausable;
import org.springframework.integration.gateway.MessagingGatewaySupport;
import org.springframework.util.Assert;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Answers the requests that a REP, ROUTER, DEALER, SERVER, PEER, PAIR or CHANNEL socket receives with what a flow makes
 * of them. The reply goes to the peer that asked, with the envelope that came. A request is taken when there is a place
 * for it; all others stay in the socket, and hold back the peers.
 *
 * <p>A request that the flow fails on, or does not reply to within the reply timeout, stays unanswered, which is
 * counted as {@code UNANSWERED}; with an error channel the flow behind that replies.
 *
 * <p>A pause takes no more requests, as a stop does. What was taken is answered in both cases.
 *
 * @since 0.1
 */
public class ZmtpInboundGateway extends MessagingGatewaySupport implements Pausable {

    /** How many requests are answered at a time: {@value}. */
    public static final int DEFAULT_CONCURRENCY = 256;

    private static final PacedLog LOG = new PacedLog(ZmtpInboundGateway.class);
    private static final Duration DEFAULT_REPLY_TIMEOUT = Duration.ofSeconds(30);

    /** A request that is to be answered; the reply, or nothing, goes to {@code to}. */
    private record Asked(Message message, Consumer<@Nullable Message> to) {}

    private final String socket;
    private int concurrency = DEFAULT_CONCURRENCY;
    private Duration replyTimeout = DEFAULT_REPLY_TIMEOUT;
    private @Nullable ResolvableType payloadType;
    private @Nullable SocketMapping mapping;
    private volatile @Nullable Taker<Asked> taker;

    /**
     * A gateway for a socket.
     *
     * @param socket the name of a socket that can reply
     */
    public ZmtpInboundGateway(String socket) {
        this.socket = socket;
        setPhase(SmartLifecycle.DEFAULT_PHASE - 512);
    }

    /** As {@link ZmtpInboundChannelAdapter#setPayloadType(Class)}. */
    public void setPayloadType(Class<?> type) {
        setPayloadType(ResolvableType.forClass(type));
    }

    /** As {@link ZmtpInboundChannelAdapter#setPayloadType(ResolvableType)}. */
    public void setPayloadType(ResolvableType type) {
        this.payloadType = type;
    }

    /** How many requests are answered at a time, at least 1; by default {@value #DEFAULT_CONCURRENCY}. */
    public void setConcurrency(int concurrency) {
        Assert.isTrue(concurrency > 0, () -> "expected a concurrency of at least 1, but it is " + concurrency);
        this.concurrency = concurrency;
    }

    /** How long the flow may take, in milliseconds; by default 30 s. */
    @Override
    public void setReplyTimeout(long timeout) {
        super.setReplyTimeout(timeout);
        this.replyTimeout = Duration.ofMillis(timeout);
    }

    @Override
    public String getComponentType() {
        return "zmtp:inbound-gateway";
    }

    @Override
    protected void onInit() {
        super.onInit();
        SocketMapping made = new SocketMapping(socket, getBeanFactory());
        boolean answers = made.socket() instanceof RepSocket
                || (made.socket() instanceof Receiver
                        && made.socket() instanceof Sender
                        && !SocketMapping.isPublished(made.socket().type()));
        if (!answers) {
            throw new ZmtpConfigurationException(
                    "The inbound gateway of the ZMTP socket '" + socket + "' cannot reply: it is of type "
                            + made.socket().type() + ".",
                    "Use a socket of type rep, router, dealer, server, peer, pair or channel, or an inbound channel adapter.");
        }
        mapping = made;
    }

    private SocketMapping mapping() {
        SocketMapping made = mapping;
        Assert.state(made != null, "it is not initialized");
        return made;
    }

    @Override
    protected void doStart() {
        super.doStart();
        Taker<Asked> begun = new Taker<>(
                this,
                mapping().socket() instanceof RepSocket rep ? requests(rep) : messages(),
                this::answer,
                concurrency);
        taker = begun;
        begun.next();
    }

    // ---- requests, and their way back

    /** A REP takes the envelope off and puts it on by itself. */
    private static Taker.Source<Asked> requests(RepSocket rep) {
        return (took, ended) -> rep.serveNext(
                        body -> Mono.create(reply -> took.accept(new Asked(body, answering(reply)))), Taker.FOREVER)
                .subscribe(nothing -> {}, ended, () -> {
                    if (rep.isDisposed()) {
                        ended.accept(null);
                    }
                });
    }

    private static Consumer<@Nullable Message> answering(MonoSink<Message> reply) {
        return reply::success;
    }

    private Taker.Source<Asked> messages() {
        Taker.Source<Message> messages = mapping().messages();
        return (took, ended) -> messages.next(message -> took.accept(new Asked(message, reply -> {})), ended);
    }

    private Mono<Void> answer(Asked asked) {
        Incoming incoming = mapping().incoming(asked.message());
        return Mono.defer(() -> sendAndReceiveMessageReactive(
                        mapping().toFlow(incoming, payloadType, getMessageBuilderFactory())))
                .timeout(replyTimeout, Mono.empty())
                .map(reply -> mapping().template().toMessage(socket, reply.getPayload()))
                .flatMap(reply -> send(asked, incoming, reply).thenReturn(reply))
                .doOnError(failed -> LOG.warn("request", this + ": a request was not answered", failed))
                .onErrorComplete()
                .switchIfEmpty(Mono.fromRunnable(() -> unanswered(asked)))
                .then();
    }

    private Mono<Void> send(Asked asked, Incoming incoming, Message reply) {
        if (mapping().socket() instanceof Sender sender) {
            return sender.send(incoming.reply(reply));
        }
        asked.to().accept(reply);
        return Mono.empty();
    }

    private void unanswered(Asked asked) {
        if (mapping().socket() instanceof RepSocket) {
            asked.to().accept(null); // which counts it
        } else {
            mapping().socket().drop(asked.message(), DropReason.UNANSWERED);
        }
    }

    // ---- the end, and pauses

    @Override
    protected void doStop() {
        end().subscribe();
    }

    /** The callback is called when the requests that were taken have been answered. */
    @Override
    protected void doStop(Runnable callback) {
        end().doFinally(end -> callback.run()).subscribe();
    }

    private Mono<Void> end() {
        Taker<Asked> ending = taker;
        taker = null;
        Mono<Void> answered = ending == null ? Mono.empty() : ending.stop();
        return answered.doFinally(end -> super.doStop());
    }

    @Override
    public void pause() {
        Taker<Asked> running = taker;
        if (running != null) {
            running.pause();
        }
    }

    @Override
    public void resume() {
        Taker<Asked> running = taker;
        if (running != null) {
            running.resume();
        }
    }

    @Override
    public boolean isPaused() {
        Taker<Asked> running = taker;
        return running != null && running.isPaused();
    }
}
