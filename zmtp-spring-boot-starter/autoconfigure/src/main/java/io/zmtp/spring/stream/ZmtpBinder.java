package io.zmtp.spring.stream;

import io.zmtp.spring.autoconfigure.SocketFactory;
import io.zmtp.spring.core.ZmtpMessageConverter;
import io.zmtp.spring.core.ZmtpSockets;
import io.zmtp.spring.listener.ZmtpListenerRegistry;
import io.zmtp.spring.template.ZmtpTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;
import org.springframework.cloud.stream.binder.AbstractMessageChannelBinder;
import org.springframework.cloud.stream.binder.BinderHeaders;
import org.springframework.cloud.stream.binder.BinderSpecificPropertiesProvider;
import org.springframework.cloud.stream.binder.ExtendedConsumerProperties;
import org.springframework.cloud.stream.binder.ExtendedProducerProperties;
import org.springframework.cloud.stream.binder.ExtendedPropertiesBinder;
import org.springframework.cloud.stream.binder.HeaderMode;
import org.springframework.cloud.stream.config.BindingServiceProperties;
import org.springframework.cloud.stream.provisioning.ConsumerDestination;
import org.springframework.cloud.stream.provisioning.ProducerDestination;
import org.springframework.expression.EvaluationContext;
import org.springframework.expression.Expression;
import org.springframework.integration.core.MessageProducer;
import org.springframework.integration.expression.ExpressionUtils;
import org.springframework.integration.support.MessageBuilder;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageHandler;
import org.springframework.messaging.MessageHandlingException;
import org.springframework.messaging.support.ErrorMessage;
import org.springframework.util.StringUtils;

/**
 * Binds functions to ZeroMQ sockets. Made by {@link ZmtpBinderConfiguration}.
 *
 * @since 0.1
 */
public final class ZmtpBinder
        extends AbstractMessageChannelBinder<
                ExtendedConsumerProperties<ZmtpConsumerProperties>,
                ExtendedProducerProperties<ZmtpProducerProperties>,
                ZmtpProvisioner>
        implements ExtendedPropertiesBinder<MessageChannel, ZmtpConsumerProperties, ZmtpProducerProperties> {

    private final ZmtpSockets sockets;
    private final SocketFactory factory;
    private final ZmtpListenerRegistry listeners;
    private final ZmtpTemplate template;
    private final ZmtpMessageConverter converter;
    private final ZmtpExtendedBindingProperties extended;
    private final Set<BindingSocket> used = ConcurrentHashMap.newKeySet();

    ZmtpBinder(
            ZmtpSockets sockets,
            SocketFactory factory,
            ZmtpListenerRegistry listeners,
            ZmtpTemplate template,
            ZmtpMessageConverter converter,
            ZmtpExtendedBindingProperties extended) {
        super(BinderHeaders.STANDARD_HEADERS, new ZmtpProvisioner(sockets, factory));
        this.sockets = sockets;
        this.factory = factory;
        this.listeners = listeners;
        this.template = template;
        this.converter = converter;
        this.extended = extended;
    }

    /** The names of the sockets that bindings use now. */
    Set<String> used() {
        return used.stream().map(BindingSocket::name).collect(Collectors.toUnmodifiableSet());
    }

    // ---- consumers

    @Override
    protected MessageProducer createConsumerEndpoint(
            ConsumerDestination destination,
            @Nullable String group,
            ExtendedConsumerProperties<ZmtpConsumerProperties> properties) {
        ZmtpConsumerProperties own = properties.getExtension();
        BindingSocket socket = socket(((Destination.Source) destination).place(), own.getTopics());
        WireMapping mapping =
                new WireMapping(HeaderMode.headers.equals(properties.getHeaderMode()), List.of("*"), converter);
        Destination dead = provisioningProvider.deadLetters(properties);
        ZmtpOutbound deadLetters = dead == null
                ? null
                : new ZmtpOutbound(List.of(socket(dead, List.of())), mapping, WireMapping::topic, template, null, null);
        ZmtpInbound endpoint = new ZmtpInbound(socket, mapping, listeners, own.getShutdownTimeout(), deadLetters);
        endpoint.setBeanFactory(getBeanFactory());
        endpoint.setApplicationContext(getApplicationContext());
        endpoint.setComponentName(id(socket, properties.getBindingName()));
        ErrorInfrastructure errors = registerErrorInfrastructure(destination, group, properties);
        if (deadLetters != null) {
            deadLetters.setBeanFactory(getBeanFactory());
            deadLetters.setComponentName(String.valueOf(own.getDeadLetter()));
            deadLetters.afterPropertiesSet();
            errors.getErrorChannel().subscribe(failed -> bury((ErrorMessage) failed, deadLetters));
        }
        if (properties.getMaxAttempts() > 1) {
            endpoint.retrying(buildRetryTemplate(properties), errors.getRecoverer());
        } else {
            endpoint.setErrorMessageStrategy(getErrorMessageStrategy());
            endpoint.setErrorChannel(errors.getErrorChannel());
        }
        try {
            endpoint.listen(own.getTopics(), properties.getConcurrency());
        } catch (RuntimeException refused) { // Cloud Stream tries again, and each time a socket would be left
            socket.close();
            if (deadLetters != null) {
                deadLetters.destroy();
            }
            throw refused;
        }
        return endpoint;
    }

    /** The name of the binding; or, if another of its destinations has that already, one made of the name of the socket. */
    private String id(BindingSocket socket, @Nullable String binding) {
        String id = binding == null || listeners.ids().contains(binding) ? socket.name() : binding;
        for (int i = 2; listeners.ids().contains(id); i++) {
            id = socket.name() + "#" + i;
        }
        return id;
    }

    /** Nothing where dead letters are sent: without that, what failed for good is thrown to the listener, which logs it. */
    @Override
    protected @Nullable MessageHandler getErrorMessageHandler(
            ConsumerDestination destination,
            @Nullable String group,
            ExtendedConsumerProperties<ZmtpConsumerProperties> properties) {
        return properties.getExtension().getDeadLetter() == null ? null : failed -> {};
    }

    private static void bury(ErrorMessage failed, ZmtpOutbound deadLetters) {
        Message<?> original = failed.getOriginalMessage();
        if (original == null && failed.getPayload() instanceof org.springframework.messaging.MessagingException met) {
            original = met.getFailedMessage();
        }
        if (original == null) {
            throw new MessageHandlingException(failed, "no message to send to the dead letters", failed.getPayload());
        }
        Throwable cause = failed.getPayload();
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        deadLetters.handleMessage(MessageBuilder.fromMessage(original)
                .setHeader("x-exception-fqcn", cause.getClass().getName())
                .setHeader("x-exception-message", String.valueOf(cause.getMessage()))
                .build());
    }

    // ---- producers

    @Override
    protected MessageHandler createProducerMessageHandler(
            ProducerDestination destination,
            ExtendedProducerProperties<ZmtpProducerProperties> properties,
            @Nullable MessageChannel errorChannel) {
        ZmtpProducerProperties own = properties.getExtension();
        List<BindingSocket> partitions = new ArrayList<>();
        for (Destination place : ((Destination.Target) destination).places()) {
            partitions.add(socket(place, List.of()));
        }
        WireMapping mapping = new WireMapping(
                HeaderMode.headers.equals(properties.getHeaderMode()), own.getHeaderPatterns(), converter);
        Expression topic = own.getTopicExpression();
        EvaluationContext evaluation = ExpressionUtils.createStandardEvaluationContext(getBeanFactory());
        ZmtpOutbound handler = new ZmtpOutbound(
                partitions,
                mapping,
                message -> topic == null ? null : topic(message, topic, evaluation),
                template,
                own.getSendTimeout(),
                errorChannel);
        handler.setBeanFactory(getBeanFactory());
        handler.setComponentName(String.valueOf(properties.getBindingName()));
        return handler;
    }

    private static String topic(Message<?> message, Expression expression, EvaluationContext evaluation) {
        String topic = expression.getValue(evaluation, message, String.class);
        if (topic == null) {
            throw new MessageHandlingException(
                    message,
                    "topic-expression " + expression.getExpressionString()
                            + ": expected a text for each message, but for this one it is null");
        }
        return topic;
    }

    private BindingSocket socket(Destination place, List<String> topics) {
        return BindingSocket.of(place, sockets, factory, topics, used);
    }

    // ---- properties

    /**
     * Also looks at the rest of the binding's properties: what is thrown here stops the start, while Cloud Stream tries a
     * binding that fails later again and again.
     */
    @Override
    public ZmtpConsumerProperties getExtendedConsumerProperties(String binding) {
        ZmtpConsumerProperties own = extended.getExtendedConsumerProperties(binding);
        BindingServiceProperties all = getBindingServiceProperties();
        if (all != null) {
            ExtendedConsumerProperties<ZmtpConsumerProperties> properties = new ExtendedConsumerProperties<>(own);
            BeanUtils.copyProperties(all.getConsumerProperties(binding), properties);
            properties.populateBindingName(binding);
            for (String destination : StringUtils.commaDelimitedListToStringArray(all.getBindingDestination(binding))) {
                provisioningProvider.provisionConsumerDestination(destination, all.getGroup(binding), properties);
            }
            provisioningProvider.deadLetters(properties);
        }
        return own;
    }

    /** As {@link #getExtendedConsumerProperties}. */
    @Override
    public ZmtpProducerProperties getExtendedProducerProperties(String binding) {
        ZmtpProducerProperties own = extended.getExtendedProducerProperties(binding);
        BindingServiceProperties all = getBindingServiceProperties();
        if (all != null) {
            ExtendedProducerProperties<ZmtpProducerProperties> properties = new ExtendedProducerProperties<>(own);
            BeanUtils.copyProperties(all.getProducerProperties(binding), properties);
            properties.populateBindingName(binding);
            provisioningProvider.provisionProducerDestination(all.getBindingDestination(binding), properties);
        }
        return own;
    }

    @Override
    public String getDefaultsPrefix() {
        return extended.getDefaultsPrefix();
    }

    @Override
    public Class<? extends BinderSpecificPropertiesProvider> getExtendedPropertiesEntryClass() {
        return extended.getExtendedPropertiesEntryClass();
    }

    /** Nothing beside the properties. */
    @Override
    protected Map<String, Object> doGetAdditionalConfigurationProperties(String name) {
        return Map.of();
    }
}
