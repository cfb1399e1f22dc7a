package io.zmtp.spring.integration;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.spring.core.ZmtpConfigurationException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.ResolvableType;
import org.springframework.integration.core.Pausable;
import org.springframework.integration.endpoint.MessageProducerSupport;
import org.springframework.util.Assert;
import reactor.core.publisher.Mono;

/**
 * Sends what a socket receives to a channel. Nothing is polled: a message is taken when the channel has taken the one
 * before, so that a slow flow holds back the peers, down to the TCP window. It is sent on a thread that may block; with
 * a {@code FluxMessageChannel} the demand of its subscribers counts.
 *
 * <p>The payload is the last part, converted to the {@linkplain #setPayloadType payload type}; what else is known is in
 * the headers that {@link io.zmtp.spring.listener.ZmtpHeaders} names. A message that cannot be converted, or that the
 * flow fails on, goes to the error channel, or is logged. Several adapters of one socket exclude each other.
 *
 * <p>A pause takes no more messages, as a stop does; they stay in the socket. What was taken is sent in both cases.
 *
 * @since 0.1
 */
public class ZmtpInboundChannelAdapter extends MessageProducerSupport implements Pausable {

    private final String socket;
    private @Nullable ResolvableType payloadType;
    private List<String> topics = List.of();
    private @Nullable SocketMapping mapping;
    private volatile @Nullable Taker<Message> taker;

    /**
     * An adapter for a socket.
     *
     * @param socket the name of a socket that receives
     */
    public ZmtpInboundChannelAdapter(String socket) {
        this.socket = socket;
        setPhase(SmartLifecycle.DEFAULT_PHASE - 512);
    }

    /**
     * What payloads are converted to: by default a {@code String} if the socket's {@code content-type} is a text, else
     * octets.
     *
     * @param type {@code io.zmtp.reactive.Message} for the whole message with all its parts
     */
    public void setPayloadType(Class<?> type) {
        setPayloadType(ResolvableType.forClass(type));
    }

    /** As {@link #setPayloadType(Class)}, for generic types. */
    public void setPayloadType(ResolvableType type) {
        this.payloadType = type;
    }

    /** The prefixes that a SUB socket subscribes to while the adapter runs, beside those of its properties. */
    public void setTopics(String... prefixes) {
        this.topics = List.of(prefixes);
    }

    @Override
    public String getComponentType() {
        return "zmtp:inbound-channel-adapter";
    }

    @Override
    protected void onInit() {
        super.onInit();
        SocketMapping made = new SocketMapping(socket, getBeanFactory());
        made.messages(); // fails if it does not receive
        if (!topics.isEmpty() && !(made.socket() instanceof SubSocket)) {
            throw new ZmtpConfigurationException(
                    "The inbound channel adapter of the ZMTP socket '" + socket
                            + "' has topics, but the socket is of type "
                            + made.socket().type() + ".",
                    "Leave the topics out, or make it a SUB socket.");
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
        if (mapping().socket() instanceof SubSocket sub) {
            topics.forEach(sub::subscribe);
        }
        Taker<Message> begun = new Taker<>(this, mapping().messages(), this::handle, 1);
        taker = begun;
        begun.next();
    }

    private Mono<Void> handle(Message message) {
        return Mono.fromRunnable(() -> {
            org.springframework.messaging.Message<?> made;
            try {
                made = mapping().toFlow(mapping().incoming(message), payloadType, getMessageBuilderFactory());
            } catch (RuntimeException failed) {
                org.springframework.messaging.Message<?> raw =
                        getMessageBuilderFactory().withPayload(message).build();
                if (!sendErrorMessageIfNecessary(raw, failed)) {
                    throw failed;
                }
                return;
            }
            sendMessage(made);
        });
    }

    @Override
    protected void doStop() {
        end().subscribe();
    }

    /** The callback is called when the message that was taken has been sent. */
    @Override
    protected void doStop(Runnable callback) {
        end().doFinally(end -> callback.run()).subscribe();
    }

    private Mono<Void> end() {
        Taker<Message> ending = taker;
        taker = null;
        if (mapping().socket() instanceof SubSocket sub && !sub.isDisposed()) {
            topics.forEach(sub::unsubscribe);
        }
        return ending == null ? Mono.empty() : ending.stop();
    }

    @Override
    public void pause() {
        Taker<Message> running = taker;
        if (running != null) {
            running.pause();
        }
    }

    @Override
    public void resume() {
        Taker<Message> running = taker;
        if (running != null) {
            running.resume();
        }
    }

    @Override
    public boolean isPaused() {
        Taker<Message> running = taker;
        return running != null && running.isPaused();
    }
}
