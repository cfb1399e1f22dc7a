package io.zmtp.spring.integration;

import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.core.ZmtpConfigurationException;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.core.ResolvableType;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.Expression;
import org.springframework.expression.common.LiteralExpression;
import org.springframework.integration.MessageTimeoutException;
import org.springframework.integration.expression.ExpressionUtils;
import org.springframework.integration.handler.AbstractReplyProducingMessageHandler;
import org.springframework.messaging.Message;
import org.springframework.util.Assert;
import reactor.core.publisher.Mono;

/**
 * Asks through a REQ or DEALER socket, and continues the flow with the reply, as
 * {@link io.zmtp.spring.template.ZmtpTemplate#request} does: through DEALER, and REQ with {@code correlate}, any number
 * of requests are under way at a time. No thread waits for a reply, unless {@code async} is switched off.
 *
 * <p>A request fails with a {@code MessageTimeoutException} when the reply timeout is over, and with a
 * {@code ZmtpClosedException} if the peer goes before it has replied.
 *
 * @since 0.1
 */
public class ZmtpOutboundGateway extends AbstractReplyProducingMessageHandler {

    private static final Duration DEFAULT_REPLY_TIMEOUT = Duration.ofSeconds(5);

    private final String socket;
    private Duration replyTimeout = DEFAULT_REPLY_TIMEOUT;
    private @Nullable ResolvableType replyType;
    private @Nullable Expression topicExpression;
    private @Nullable EvaluationContext evaluation;
    private @Nullable SocketMapping mapping;

    /**
     * A gateway for a socket.
     *
     * @param socket the name of a REQ or DEALER socket
     */
    public ZmtpOutboundGateway(String socket) {
        this.socket = socket;
        setAsync(true);
    }

    /** As {@link ZmtpInboundChannelAdapter#setPayloadType(Class)}, for replies. */
    public void setReplyType(Class<?> type) {
        setReplyType(ResolvableType.forClass(type));
    }

    /** As {@link ZmtpInboundChannelAdapter#setPayloadType(ResolvableType)}, for replies. */
    public void setReplyType(ResolvableType type) {
        this.replyType = type;
    }

    /** How long a reply may take; by default 5 s. */
    public void setReplyTimeout(Duration timeout) {
        this.replyTimeout = timeout;
    }

    /** The first part of each request, such as the route of a {@code @ZmtpListener}. */
    public void setTopic(String topic) {
        setTopicExpression(new LiteralExpression(topic));
    }

    /** What makes the first part of a request; null for none. */
    public void setTopicExpression(Expression expression) {
        this.topicExpression = expression;
    }

    @Override
    public String getComponentType() {
        return "zmtp:outbound-gateway";
    }

    @Override
    protected void doInit() {
        SocketMapping made = new SocketMapping(socket, getBeanFactory());
        ZmtpSocket asking = made.socket();
        if (!(asking instanceof ReqSocket) && !(asking instanceof DealerSocket)) {
            throw new ZmtpConfigurationException(
                    "The outbound gateway of the ZMTP socket '" + socket + "' cannot ask: it is of type "
                            + asking.type() + ".",
                    "Use a socket of type req or dealer.");
        }
        if (replyType == null) {
            boolean isText = made.template().contentType(socket).getType().equals("text");
            replyType = ResolvableType.forClass(isText ? String.class : byte[].class);
        }
        evaluation = ExpressionUtils.createStandardEvaluationContext(getBeanFactory());
        mapping = made;
    }

    @Override
    protected Object handleRequestMessage(Message<?> message) {
        SocketMapping made = mapping;
        EvaluationContext context = evaluation;
        Assert.state(made != null && context != null, "it is not initialized");
        String topic = topicExpression == null ? null : topicExpression.getValue(context, message, String.class);
        ParameterizedTypeReference<Object> type = ParameterizedTypeReference.forType(
                Objects.requireNonNull(replyType).getType());
        Mono<Object> reply = made.template()
                .request(socket, topic, message.getPayload(), type)
                .timeout(
                        replyTimeout,
                        Mono.error(() -> new MessageTimeoutException(
                                message, made + ": expected a reply within " + replyTimeout + ", but none came")));
        return isAsync() ? reply : Objects.requireNonNull(reply.block());
    }
}
