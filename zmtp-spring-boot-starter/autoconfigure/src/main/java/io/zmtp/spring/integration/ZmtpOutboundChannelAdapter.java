package io.zmtp.spring.integration;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.socket.Sender;
import io.zmtp.spring.listener.ZmtpHeaders;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.Expression;
import org.springframework.expression.common.LiteralExpression;
import org.springframework.integration.expression.ExpressionUtils;
import org.springframework.integration.expression.FunctionExpression;
import org.springframework.integration.handler.AbstractReactiveMessageHandler;
import org.springframework.messaging.Message;
import org.springframework.util.Assert;
import reactor.core.publisher.Mono;

/**
 * Sends the messages of a flow through a socket: any payload that the starter's converter, or a bean of Spring's
 * {@code Encoder}, can write. A payload that is an {@code io.zmtp.reactive.Message} is sent as it is.
 *
 * <p>With PUB, XPUB and RADIO the first part is the topic, or group: that of the
 * {@linkplain #setTopicExpression expression}, by default the header {@code zmtp_topic}, if there is one. With ROUTER,
 * SERVER and PEER the header {@code zmtp_routingId} says for which peer the message is; if it came through the same
 * socket, its envelope is used again.
 *
 * <p>Where the rule of the socket is to wait, the flow waits until a queue has accepted the message: as demand if it is
 * reactive, else the thread that sends to the channel.
 *
 * @since 0.1
 */
public class ZmtpOutboundChannelAdapter extends AbstractReactiveMessageHandler {

    private final String socket;
    private @Nullable Expression topicExpression;
    private @Nullable EvaluationContext evaluation;
    private @Nullable SocketMapping mapping;

    /**
     * An adapter for a socket.
     *
     * @param socket the name of a socket that sends
     */
    public ZmtpOutboundChannelAdapter(String socket) {
        this.socket = socket;
    }

    /** The topic, or group, of all messages. */
    public void setTopic(String topic) {
        setTopicExpression(new LiteralExpression(topic));
    }

    /** What makes the topic, or group, of a message; null for none. */
    public void setTopicExpression(Expression expression) {
        this.topicExpression = expression;
    }

    @Override
    public String getComponentType() {
        return "zmtp:outbound-channel-adapter";
    }

    @Override
    protected void onInit() {
        super.onInit();
        SocketMapping made = new SocketMapping(socket, getBeanFactory());
        made.socket(Sender.class);
        if (topicExpression == null && SocketMapping.isPublished(made.socket().type())) {
            topicExpression = new FunctionExpression<Message<?>>(
                    message -> message.getHeaders().get(ZmtpHeaders.TOPIC));
        }
        evaluation = ExpressionUtils.createStandardEvaluationContext(getBeanFactory());
        mapping = made;
    }

    @Override
    protected Mono<Void> handleMessageInternal(Message<?> message) {
        SocketMapping made = mapping;
        EvaluationContext context = evaluation;
        Assert.state(made != null && context != null, "it is not initialized");
        io.zmtp.reactive.Message body = made.toSocket(message);
        String topic = topicExpression == null || message.getPayload() instanceof io.zmtp.reactive.Message
                ? null
                : topicExpression.getValue(context, message, String.class);
        return made.template().send(socket, topic == null ? body : body.prepend(Bytes.utf8(topic)));
    }
}
