package io.zmtp.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextClosedEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the log says of endpoints: where they are, when one first fails, and when it is there again. */
class EndpointLogTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ZmtpAutoConfiguration.class))
            .withPropertyValues("zmtp.defaults.reconnect.min=10ms", "zmtp.defaults.reconnect.max=20ms");

    private final Logger root = (Logger) LoggerFactory.getLogger("io.zmtp");
    private final List<ILoggingEvent> logged = new CopyOnWriteArrayList<>();
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
            logged.add(event);
        }
    };

    @BeforeEach
    void listen() {
        appender.start();
        root.addAppender(appender);
    }

    @AfterEach
    void stop() {
        root.detachAppender(appender);
        root.setLevel(null);
    }

    private List<String> lines(Level level, String part) {
        return logged.stream()
                .filter(line -> line.getLevel() == level)
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> line.contains(part))
                .toList();
    }

    private void await(Level level, String part) {
        Flux.interval(Duration.ZERO, Duration.ofMillis(5))
                .filter(tick -> !lines(level, part).isEmpty())
                .blockFirst(TIMEOUT);
    }

    @Test
    void saysWhereASocketIsBoundAndWhatItConnectsTo() {
        runner.withPropertyValues(
                        "zmtp.sockets.orders.type=pull",
                        "zmtp.sockets.orders.bind=tcp://127.0.0.1:*,inproc://orders",
                        "zmtp.sockets.orders.connect=inproc://more-orders")
                .run(context -> {
                    Endpoint bound = context.getBean(PullSocket.class).endpoints().stream()
                            .filter(endpoint -> endpoint.port() != 0)
                            .findFirst()
                            .orElseThrow();
                    assertThat(lines(Level.INFO, "ZMTP socket '"))
                            .containsExactly("ZMTP socket 'orders' (PULL) is bound to " + bound
                                    + ", inproc://orders and connects to inproc://more-orders");
                });
    }

    @Test
    void saysThatAnEndpointOfASocketThatWasMadeAtRunTimeFails() {
        runner.run(context -> {
            ZmtpSocket made = context.getBean(SocketFactory.class).create("made", SocketType.PULL);
            made.connectNow("tcp://127.0.0.1:1");
            await(Level.WARN, "ZMTP socket 'made' (PULL) has no connection to tcp://127.0.0.1:1");
            made.dispose();
        });
    }

    @Test
    void saysOnceThatAnEndpointFailsAndOnceThatItIsThere() {
        PullSocket there = PullSocket.create();
        Endpoint endpoint = there.bindNow("tcp://127.0.0.1:*");
        there.unbind(endpoint).block(TIMEOUT);
        runner.withPropertyValues("zmtp.sockets.jobs.type=push", "zmtp.sockets.jobs.connect=" + endpoint)
                .run(context -> {
                    PushSocket jobs = context.getBean(PushSocket.class);
                    await(Level.WARN, "has no connection");
                    jobs.monitor().take(4).blockLast(TIMEOUT); // and fails again and again
                    there.bindNow(endpoint.toString());
                    await(Level.INFO, "is connected");

                    assertThat(lines(Level.WARN, "has no connection"))
                            .singleElement()
                            .satisfies(line -> assertThat(line)
                                    .startsWith("ZMTP socket 'jobs' (PUSH) has no connection to " + endpoint
                                            + ", and tries again until it has: ")
                                    .endsWith("Connection refused"));
                    assertThat(lines(Level.INFO, "is connected"))
                            .containsExactly("ZMTP socket 'jobs' (PUSH) is connected to " + endpoint);
                });
        there.dispose();
    }

    @Test
    void isSilentWhileTheApplicationStops() {
        runner.withPropertyValues(
                        "zmtp.sockets.orders.type=pull",
                        "zmtp.sockets.orders.bind=tcp://127.0.0.1:*",
                        "zmtp.sockets.jobs.type=push",
                        "zmtp.sockets.jobs.connect=")
                .run(context -> {
                    PushSocket jobs = context.getBean(PushSocket.class);
                    PullSocket orders = context.getBean(PullSocket.class);
                    Mono<MonitorEvent> retrying = jobs.monitor()
                            .filter(event -> event instanceof MonitorEvent.Retrying failed && failed.cause() != null)
                            .next()
                            .cache();
                    retrying.subscribe();
                    jobs.connectNow(orders.endpoints().iterator().next().toString());
                    jobs.onPeer().blockFirst(TIMEOUT);
                    context.addApplicationListener(
                            (ContextClosedEvent closing) -> { // as the peer of a socket may go first
                                orders.close().block(TIMEOUT);
                                retrying.block(TIMEOUT);
                            });
                });
        assertThat(lines(Level.WARN, "has no connection")).isEmpty();
    }

    @Test
    void namesTheBeanInTheLinesOfTheLibrary() {
        root.setLevel(Level.DEBUG);
        runner.withPropertyValues("zmtp.sockets.orders.type=pull", "zmtp.sockets.orders.bind=inproc://named")
                .run(context -> {
                    assertThat(lines(Level.DEBUG, "PULL 'orders': Listening")).hasSize(1);
                    assertThat(context.getBean(PullSocket.class)).hasToString("PULL socket 'orders' [inproc://named]");
                });
    }

    @Test
    void letsBeansConnectASocketInCode() {
        runner.withUserConfiguration(Connecting.class)
                .withPropertyValues("zmtp.sockets.jobs.type=push")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(lines(Level.INFO, "ZMTP socket '"))
                            .containsExactly(
                                    "ZMTP socket 'jobs' (PUSH) is bound or connected in code: inproc://in-code");
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class Connecting {
        @Bean
        Object connecting(@Qualifier("jobs") ZmtpSocket jobs) {
            return jobs.connectNow("inproc://in-code");
        }
    }

    @Test
    void letsAnApplicationSayThatItConnectsLater() {
        runner.withPropertyValues("zmtp.sockets.jobs.type=push", "zmtp.sockets.jobs.connect=")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(lines(Level.INFO, "ZMTP socket '"))
                            .containsExactly("ZMTP socket 'jobs' (PUSH) has no endpoint yet");
                });
    }
}
