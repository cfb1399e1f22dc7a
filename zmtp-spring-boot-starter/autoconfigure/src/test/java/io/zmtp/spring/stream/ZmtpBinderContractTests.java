package io.zmtp.spring.stream;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.core.ZmtpSockets;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.stream.binder.AbstractTestBinder;
import org.springframework.cloud.stream.binder.BinderFactory;
import org.springframework.cloud.stream.binder.Binding;
import org.springframework.cloud.stream.binder.ExtendedConsumerProperties;
import org.springframework.cloud.stream.binder.ExtendedProducerProperties;
import org.springframework.cloud.stream.binder.HeaderMode;
import org.springframework.cloud.stream.binder.PartitionCapableBinderTests;
import org.springframework.cloud.stream.binder.Spy;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.MessageChannel;

/**
 * Cloud Stream's own tests of binders. Their destinations are endpoints within the process here: PUSH connects to PULL, and
 * where there is no group SUB connects to PUB. Two of them need messages to be kept for groups that are not there yet, which
 * ZeroMQ cannot do: the binder refuses that.
 */
class ZmtpBinderContractTests
        extends PartitionCapableBinderTests<
                ZmtpBinderContractTests.TestBinder,
                ExtendedConsumerProperties<ZmtpConsumerProperties>,
                ExtendedProducerProperties<ZmtpProducerProperties>> {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    private ConfigurableApplicationContext application;
    private boolean publishes;

    @BeforeEach
    void start(TestInfo test) {
        application = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .properties("zmtp.defaults.linger=0s")
                .run();
        publishes = test.getDisplayName().startsWith("testAnonymousGroup");
    }

    @AfterEach
    void close() {
        application.close();
    }

    static final class TestBinder
            extends AbstractTestBinder<
                    ZmtpBinder,
                    ExtendedConsumerProperties<ZmtpConsumerProperties>,
                    ExtendedProducerProperties<ZmtpProducerProperties>> {

        private final String run = UUID.randomUUID().toString();
        private final ZmtpSockets sockets;
        private int bindings;
        private int subscribers;

        TestBinder(ZmtpBinder binder, ZmtpSockets sockets) {
            setBinder(binder);
            this.sockets = sockets;
        }

        private String endpoint(String name, boolean partitioned) {
            return "inproc://" + run + name + (partitioned ? "-{partition}" : "");
        }

        @Override
        public Binding<MessageChannel> bindConsumer(
                String name,
                String group,
                MessageChannel input,
                ExtendedConsumerProperties<ZmtpConsumerProperties> properties) {
            properties.populateBindingName("consumer" + bindings++);
            Binding<MessageChannel> binding =
                    super.bindConsumer(endpoint(name, properties.isPartitioned()), group, input, properties);
            if (properties.getExtension().getType() == SocketType.SUB) {
                subscribers = Math.min(2, subscribers + 1);
                PubSocket pub = (PubSocket) sockets.all().values().stream()
                        .filter(PubSocket.class::isInstance)
                        .findFirst()
                        .orElseThrow();
                pub.awaitSubscribers("", subscribers).block(Duration.ofSeconds(5));
            }
            return binding;
        }

        @Override
        public Binding<MessageChannel> bindProducer(
                String name, MessageChannel output, ExtendedProducerProperties<ZmtpProducerProperties> properties) {
            properties.populateBindingName("producer" + bindings++);
            return super.bindProducer(endpoint(name, properties.isPartitioned()), output, properties);
        }

        @Override
        public void cleanup() {}
    }

    @Override
    protected TestBinder getBinder() {
        if (testBinder == null) {
            ZmtpBinder binder = (ZmtpBinder)
                    (Object) application.getBean(BinderFactory.class).getBinder("zmtp", MessageChannel.class);
            testBinder = new TestBinder(binder, application.getBean(ZmtpSockets.class));
        }
        return testBinder;
    }

    @Override
    protected ExtendedConsumerProperties<ZmtpConsumerProperties> createConsumerProperties() {
        ZmtpConsumerProperties own = new ZmtpConsumerProperties();
        own.setType(publishes ? SocketType.SUB : SocketType.PULL);
        own.setBind(!publishes);
        ExtendedConsumerProperties<ZmtpConsumerProperties> properties = new ExtendedConsumerProperties<>(own);
        properties.setHeaderMode(HeaderMode.headers);
        return properties;
    }

    @Override
    protected ExtendedProducerProperties<ZmtpProducerProperties> createProducerProperties(TestInfo test) {
        ZmtpProducerProperties own = new ZmtpProducerProperties();
        own.setType(publishes ? SocketType.PUB : SocketType.PUSH);
        own.setBind(publishes);
        ExtendedProducerProperties<ZmtpProducerProperties> properties = new ExtendedProducerProperties<>(own);
        properties.setHeaderMode(HeaderMode.headers);
        return properties;
    }

    @Override
    @Test
    public void testOneRequiredGroup(TestInfo test) {
        assertThatThrownBy(() -> super.testOneRequiredGroup(test))
                .rootCause()
                .isInstanceOf(ZmtpConfigurationException.class)
                .hasMessageContaining("required-groups is [test1]");
    }

    @Override
    @Test
    public void testTwoRequiredGroups(TestInfo test) {
        assertThatThrownBy(() -> super.testTwoRequiredGroups(test))
                .rootCause()
                .isInstanceOf(ZmtpConfigurationException.class)
                .hasMessageContaining("required-groups is [test1, test2]");
    }

    @Override
    protected boolean usesExplicitRouting() {
        return true;
    }

    @Override
    protected String getClassUnderTestName() {
        return ZmtpBinder.class.getSimpleName();
    }

    @Override
    public Spy spyOn(String name) {
        throw new UnsupportedOperationException();
    }
}
