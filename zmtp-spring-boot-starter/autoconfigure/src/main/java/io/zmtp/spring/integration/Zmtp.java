package io.zmtp.spring.integration;

import java.time.Duration;
import java.util.function.Function;
import org.springframework.core.ResolvableType;
import org.springframework.integration.dsl.MessageHandlerSpec;
import org.springframework.integration.dsl.MessageProducerSpec;
import org.springframework.integration.dsl.MessagingGatewaySpec;
import org.springframework.integration.dsl.ReactiveMessageHandlerSpec;
import org.springframework.integration.expression.FunctionExpression;
import org.springframework.messaging.Message;

/**
 * Makes channel adapters and gateways in integration flows, for sockets by their names.
 *
 * <pre>{@code
 * IntegrationFlow.from(Zmtp.inboundChannelAdapter("orders").payloadType(Order.class))
 *         .transform(Order.class, Order::job)
 *         .handle(Zmtp.outboundChannelAdapter("jobs"))
 *         .get();
 * }</pre>
 *
 * @since 0.1
 */
public final class Zmtp {

    private Zmtp() {}

    /** As {@link ZmtpInboundChannelAdapter}. */
    public static InboundChannelAdapterSpec inboundChannelAdapter(String socket) {
        return new InboundChannelAdapterSpec(new ZmtpInboundChannelAdapter(socket));
    }

    /** As {@link ZmtpOutboundChannelAdapter}. */
    public static OutboundChannelAdapterSpec outboundChannelAdapter(String socket) {
        return new OutboundChannelAdapterSpec(new ZmtpOutboundChannelAdapter(socket));
    }

    /** As {@link ZmtpInboundGateway}. */
    public static InboundGatewaySpec inboundGateway(String socket) {
        return new InboundGatewaySpec(new ZmtpInboundGateway(socket));
    }

    /** As {@link ZmtpOutboundGateway}. */
    public static OutboundGatewaySpec outboundGateway(String socket) {
        return new OutboundGatewaySpec(new ZmtpOutboundGateway(socket));
    }

    /** Settings of a {@link ZmtpInboundChannelAdapter}. */
    public static final class InboundChannelAdapterSpec
            extends MessageProducerSpec<InboundChannelAdapterSpec, ZmtpInboundChannelAdapter> {

        private final ZmtpInboundChannelAdapter adapter;

        InboundChannelAdapterSpec(ZmtpInboundChannelAdapter adapter) {
            super(adapter);
            this.adapter = adapter;
        }

        /** As {@link ZmtpInboundChannelAdapter#setPayloadType(Class)}. */
        public InboundChannelAdapterSpec payloadType(Class<?> type) {
            return payloadType(ResolvableType.forClass(type));
        }

        /** As {@link ZmtpInboundChannelAdapter#setPayloadType(ResolvableType)}. */
        public InboundChannelAdapterSpec payloadType(ResolvableType type) {
            adapter.setPayloadType(type);
            return _this();
        }

        /** As {@link ZmtpInboundChannelAdapter#setTopics}. */
        public InboundChannelAdapterSpec topics(String... prefixes) {
            adapter.setTopics(prefixes);
            return _this();
        }
    }

    /** Settings of a {@link ZmtpOutboundChannelAdapter}. */
    public static final class OutboundChannelAdapterSpec
            extends ReactiveMessageHandlerSpec<OutboundChannelAdapterSpec, ZmtpOutboundChannelAdapter> {

        OutboundChannelAdapterSpec(ZmtpOutboundChannelAdapter adapter) {
            super(adapter);
        }

        /** As {@link ZmtpOutboundChannelAdapter#setTopic}. */
        public OutboundChannelAdapterSpec topic(String topic) {
            reactiveMessageHandler.setTopic(topic);
            return _this();
        }

        /** As {@link ZmtpOutboundChannelAdapter#setTopicExpression}, in SpEL. */
        public OutboundChannelAdapterSpec topicExpression(String expression) {
            reactiveMessageHandler.setTopicExpression(PARSER.parseExpression(expression));
            return _this();
        }

        /** As {@link ZmtpOutboundChannelAdapter#setTopicExpression}. */
        public <P> OutboundChannelAdapterSpec topic(Function<Message<P>, String> function) {
            reactiveMessageHandler.setTopicExpression(new FunctionExpression<>(function));
            return _this();
        }
    }

    /** Settings of a {@link ZmtpInboundGateway}. */
    public static final class InboundGatewaySpec extends MessagingGatewaySpec<InboundGatewaySpec, ZmtpInboundGateway> {

        private final ZmtpInboundGateway gateway;

        InboundGatewaySpec(ZmtpInboundGateway gateway) {
            super(gateway);
            this.gateway = gateway;
        }

        /** As {@link ZmtpInboundGateway#setPayloadType(Class)}. */
        public InboundGatewaySpec payloadType(Class<?> type) {
            return payloadType(ResolvableType.forClass(type));
        }

        /** As {@link ZmtpInboundGateway#setPayloadType(ResolvableType)}. */
        public InboundGatewaySpec payloadType(ResolvableType type) {
            gateway.setPayloadType(type);
            return _this();
        }

        /** As {@link ZmtpInboundGateway#setConcurrency}. */
        public InboundGatewaySpec concurrency(int concurrency) {
            gateway.setConcurrency(concurrency);
            return _this();
        }
    }

    /** Settings of a {@link ZmtpOutboundGateway}. */
    public static final class OutboundGatewaySpec extends MessageHandlerSpec<OutboundGatewaySpec, ZmtpOutboundGateway> {

        private final ZmtpOutboundGateway gateway;

        OutboundGatewaySpec(ZmtpOutboundGateway gateway) {
            this.gateway = gateway;
            target = gateway;
        }

        /** As {@link ZmtpOutboundGateway#setReplyType(Class)}. */
        public OutboundGatewaySpec replyType(Class<?> type) {
            return replyType(ResolvableType.forClass(type));
        }

        /** As {@link ZmtpOutboundGateway#setReplyType(ResolvableType)}. */
        public OutboundGatewaySpec replyType(ResolvableType type) {
            gateway.setReplyType(type);
            return _this();
        }

        /** As {@link ZmtpOutboundGateway#setReplyTimeout}. */
        public OutboundGatewaySpec replyTimeout(Duration timeout) {
            gateway.setReplyTimeout(timeout);
            return _this();
        }

        /** As {@link ZmtpOutboundGateway#setTopic}. */
        public OutboundGatewaySpec topic(String topic) {
            gateway.setTopic(topic);
            return _this();
        }

        /** As {@link ZmtpOutboundGateway#setTopicExpression}, in SpEL. */
        public OutboundGatewaySpec topicExpression(String expression) {
            gateway.setTopicExpression(PARSER.parseExpression(expression));
            return _this();
        }
    }
}
