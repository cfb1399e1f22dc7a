package io.zmtp.spring.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.boot.testcontainers.service.connection.ServiceConnectionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.testcontainers.containers.GenericContainer;

/** Beans of containers that are not really there. */
class ContainerFactoryTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final PullSocket inside = PullSocket.create();
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(
                    AutoConfigurations.of(ServiceConnectionAutoConfiguration.class, ZmtpAutoConfiguration.class))
            .withPropertyValues("zmtp.sockets.jobs.type=push", "zmtp.sockets.jobs.connect=tcp://elsewhere:5557");

    @AfterEach
    void dispose() {
        inside.dispose();
    }

    /** Runs nowhere: its only port is one of this process. */
    static class Container extends GenericContainer<Container> {
        private int mapped;

        Container() {
            super("example/workers");
        }

        Container mapped(int port) {
            mapped = port;
            return this;
        }

        @Override
        public void start() {}

        @Override
        public String getDockerImageName() {
            return "example/workers";
        }

        @Override
        public String getHost() {
            return "127.0.0.1";
        }

        @Override
        public Integer getMappedPort(int port) {
            if (port != 5557) {
                throw new IllegalArgumentException("not mapped");
            }
            return mapped;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Containers {

        @Bean
        @ServiceConnection("zmtp")
        Container workers() {
            return new Container();
        }
    }

    private ApplicationContextRunner labelled(Map<String, String> labels) {
        int port = inside.bindNow("tcp://127.0.0.1:*").port();
        return runner.withUserConfiguration(Containers.class)
                .withBean(Prepared.class, () -> new Prepared(port, labels));
    }

    record Prepared(int port, Map<String, String> labels) implements BeanPostProcessor {

        @Override
        public Object postProcessBeforeInitialization(Object bean, String name) {
            return bean instanceof Container container ? container.mapped(port).withLabels(labels) : bean;
        }
    }

    @Test
    void connectsASocketToThePortThatItsLabelNames() {
        labelled(Map.of("io.zmtp.socket.jobs", "5557")).run(context -> {
            context.getBean(PushSocket.class).send("work").block(TIMEOUT);
            assertThat(inside.receive().map(Message::text).blockFirst(TIMEOUT)).isEqualTo("work");
        });
    }

    @Test
    void leavesOtherSocketsWhereThePropertiesSay() {
        labelled(Map.of("io.zmtp.socket.jobs", "5557"))
                .withPropertyValues("zmtp.sockets.other.type=push", "zmtp.sockets.other.connect=inproc://other")
                .run(context -> assertThat(context.getBean("other", PushSocket.class)
                                .endpoints()
                                .toString())
                        .isEqualTo("[inproc://other]"));
    }

    @Test
    void refusesAContainerWithoutLabels() {
        labelled(Map.of())
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining(
                                "example/workers is to be a peer of sockets, but no label says of which"));
    }

    @Test
    void refusesALabelThatNamesNoSocket() {
        labelled(Map.of("io.zmtp.socket.jbos", "5557"))
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("io.zmtp.socket.jbos of the container example/workers names no socket"));
    }

    @Test
    void refusesAPortThatIsNone() {
        labelled(Map.of("io.zmtp.socket.jobs", "many"))
                .run(context -> assertThat(context).getFailure().hasStackTraceContaining("example/workers is 'many'"));
    }

    @Test
    void refusesAPortThatIsNotOpen() {
        labelled(Map.of("io.zmtp.socket.jobs", "5558"))
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasStackTraceContaining("is 5558, but that port is not open to the outside"));
    }
}
