package io.zmtp.spring.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.diagnostics.ZmtpFailureAnalyzer;
import io.zmtp.spring.health.ZmtpHealthAutoConfiguration;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.health.contributor.CompositeReactiveHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.composite.CompositeDiscoveryClientAutoConfiguration;
import org.springframework.cloud.client.discovery.composite.reactive.ReactiveCompositeDiscoveryClientAutoConfiguration;
import org.springframework.cloud.client.discovery.event.HeartbeatEvent;
import org.springframework.cloud.client.discovery.simple.InstanceProperties;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryClientAutoConfiguration;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryProperties;
import org.springframework.cloud.client.discovery.simple.reactive.SimpleReactiveDiscoveryClientAutoConfiguration;
import org.springframework.cloud.client.discovery.simple.reactive.SimpleReactiveDiscoveryProperties;
import org.springframework.cloud.commons.util.UtilAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Services that are found by Spring Cloud's simple clients. */
@ExtendWith(OutputCaptureExtension.class)
class ServiceDiscoveryTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String INSTANCES = "spring.cloud.discovery.client.simple.instances.";

    private final PullSocket first = PullSocket.create();
    private final PullSocket second = PullSocket.create();
    private final Endpoint firstAt = first.bindNow("tcp://127.0.0.1:*");
    private final Endpoint secondAt = second.bindNow("tcp://127.0.0.1:*");

    private final ApplicationContextRunner bare = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    ZmtpAutoConfiguration.class,
                    ZmtpDiscoveryAutoConfiguration.class,
                    ZmtpHealthAutoConfiguration.class))
            .withPropertyValues(
                    "zmtp.sockets.jobs.type=push",
                    "zmtp.sockets.jobs.linger=0s",
                    "zmtp.discovery.interval=1h",
                    INSTANCES + "orders[0].uri=http://127.0.0.1:1",
                    INSTANCES + "orders[0].instance-id=orders-1",
                    INSTANCES + "orders[0].metadata.zmtp-port=" + firstAt.port(),
                    INSTANCES + "billing[0].uri=http://127.0.0.1:" + firstAt.port());

    private final ApplicationContextRunner reactive = bare.withConfiguration(AutoConfigurations.of(
            UtilAutoConfiguration.class,
            SimpleReactiveDiscoveryClientAutoConfiguration.class,
            ReactiveCompositeDiscoveryClientAutoConfiguration.class));

    private final ApplicationContextRunner blocking = bare.withConfiguration(AutoConfigurations.of(
            UtilAutoConfiguration.class,
            SimpleDiscoveryClientAutoConfiguration.class,
            CompositeDiscoveryClientAutoConfiguration.class));

    @AfterEach
    void close() {
        first.dispose();
        second.dispose();
    }

    private static InstanceProperties instance(String id, Endpoint endpoint) {
        InstanceProperties instance = new InstanceProperties();
        instance.setInstanceId(id);
        instance.setServiceId("orders");
        instance.setUri(URI.create("http://127.0.0.1:1"));
        instance.setMetadata(Map.of("zmtp-port", "" + endpoint.port()));
        return instance;
    }

    private static void sends(AssertableApplicationContext context, PullSocket to) {
        PushSocket jobs = context.getBean(PushSocket.class);
        jobs.send("found").block(TIMEOUT);
        assertThat(to.receive().map(Message::text).blockFirst(TIMEOUT)).isEqualTo("found");
    }

    /** The next endpoint that a socket leaves. */
    private static Mono<Endpoint> ended(PushSocket socket) {
        return socket.monitor()
                .ofType(MonitorEvent.Ended.class)
                .map(MonitorEvent::endpoint)
                .next();
    }

    @Test
    void connectsToThePortOfTheMetadata() {
        reactive.withPropertyValues("zmtp.sockets.jobs.connect=discovery://orders/zmtp-port")
                .run(context -> sends(context, first));
    }

    @Test
    void asksABlockingClient() {
        blocking.withPropertyValues("zmtp.sockets.jobs.connect=discovery://orders/zmtp-port")
                .run(context -> sends(context, first));
    }

    @Test
    void connectsToThePortOfTheService() {
        reactive.withPropertyValues("zmtp.sockets.jobs.connect=discovery://billing")
                .run(context -> sends(context, first));
    }

    @Test
    void followsTheInstancesWhenAClientReportsChanges() {
        reactive.withPropertyValues("zmtp.sockets.jobs.connect=discovery://orders/zmtp-port")
                .run(context -> {
                    sends(context, first);
                    PushSocket jobs = context.getBean(PushSocket.class);
                    Mono<Endpoint> left = ended(jobs).cache();
                    left.subscribe();
                    context.getBean(SimpleReactiveDiscoveryProperties.class)
                            .setInstances(Map.of("orders", List.of(instance("orders-2", secondAt))));
                    context.publishEvent(new HeartbeatEvent(this, 1));
                    assertThat(left.block(TIMEOUT)).isEqualTo(firstAt);
                    sends(context, second);
                    assertThat(jobs.endpoints()).containsExactly(secondAt);
                });
    }

    @Test
    void followsTheInstancesOfABlockingClientByTheInterval() {
        blocking.withPropertyValues(
                        "zmtp.sockets.jobs.connect=discovery://orders/zmtp-port", "zmtp.discovery.interval=50ms")
                .run(context -> {
                    sends(context, first);
                    Mono<Endpoint> left =
                            ended(context.getBean(PushSocket.class)).cache();
                    left.subscribe();
                    context.getBean(SimpleDiscoveryProperties.class)
                            .getInstances()
                            .put("orders", List.of(instance("orders-2", secondAt)));
                    assertThat(left.block(TIMEOUT)).isEqualTo(firstAt);
                    sends(context, second);
                });
    }

    @Configuration(proxyBeanMethods = false)
    static class Own {
        @Bean
        ZmtpServiceDiscovery registry() {
            return new ZmtpServiceDiscovery() {
                @Override
                public Flux<Instance> instances(String service) {
                    return Flux.error(new IllegalStateException("asked the application's own"));
                }

                @Override
                public Flux<String> services() {
                    return Flux.empty();
                }
            };
        }
    }

    @Test
    void leavesFindingToABeanOfTheApplication(CapturedOutput output) {
        reactive.withUserConfiguration(Own.class)
                .withPropertyValues("zmtp.sockets.jobs.connect=discovery://orders")
                .run(context -> {
                    assertThat(context).hasSingleBean(ZmtpServiceDiscovery.class);
                    assertThat(output)
                            .contains("cannot be looked up, the peers stay as they are")
                            .contains("asked the application's own");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "discovery://ordres/zmtp-port | expected a service 'ordres', but these are known: [billing, orders]",
                "discovery://orders/port.zmtp | the instance orders-1 is left out: expected metadata 'port.zmtp', but there are [zmtp-port]",
            })
    void saysWhyNothingIsFound(String endpoint, String text, CapturedOutput output) {
        reactive.withPropertyValues("zmtp.sockets.jobs.connect=" + endpoint, "zmtp.health.grace=0s")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(output).contains("zmtp.sockets.jobs.connect: " + endpoint + ": " + text);
                    Health health = health(context);
                    assertThat(health.getStatus().getCode()).isEqualTo("DOWN");
                    assertThat(health.getDetails()).containsEntry("follows", Map.of(endpoint, text));
                });
    }

    private static Health health(AssertableApplicationContext context) {
        CompositeReactiveHealthContributor all =
                context.getBean("zmtpHealthContributor", CompositeReactiveHealthContributor.class);
        ReactiveHealthIndicator jobs = (ReactiveHealthIndicator) all.getContributor("jobs");
        assertThat(jobs).isNotNull();
        return jobs.health().blockOptional(TIMEOUT).orElseThrow();
    }

    @Test
    void showsWhatWasFound(CapturedOutput output) {
        reactive.withPropertyValues("zmtp.sockets.jobs.connect=discovery://orders/zmtp-port")
                .run(context -> {
                    sends(context, first);
                    assertThat(health(context).getDetails())
                            .containsEntry("follows", Map.of("discovery://orders/zmtp-port", "[" + firstAt + "]"))
                            .containsEntry("endpoints", List.of(firstAt.toString()));
                    assertThat(output)
                            .contains("The ZMTP socket 'jobs' follows the service discovery://orders/zmtp-port")
                            .contains("connects to [" + firstAt + "]");
                });
    }

    @Test
    void connectsToEachAddressOfAHost() {
        bare.withPropertyValues(
                        "zmtp.sockets.jobs.connect-each.endpoint=tcp://localhost:" + firstAt.port(),
                        "zmtp.sockets.jobs.connect-each.interval=10s")
                .run(context -> {
                    sends(context, first);
                    assertThat(context.getBean(PushSocket.class).endpoints()).containsExactly(firstAt);
                    assertThat(health(context).getDetails().get("follows"))
                            .hasToString(
                                    "{tcp://localhost:" + firstAt.port() + "=each address, looked up every PT10S}");
                });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "connect=discovery:// | zmtp.sockets.jobs.connect | expected discovery://service | discovery://orders/zmtp-port",
                "connect=discovery://a/b/c | zmtp.sockets.jobs.connect | expected discovery://service | discovery://orders/zmtp-port",
                "connect-each.endpoint=ipc:///tmp/x | zmtp.sockets.jobs.connect-each | expected a tcp, tls+tcp, ws or wss endpoint | { endpoint:",
                "connect-each.endpoint=tcp://*:5555 | zmtp.sockets.jobs.connect-each | expected a tcp, tls+tcp, ws or wss endpoint | { endpoint:",
                "connect-each.interval=5s zmtp.defaults.connect-each.interval=5s | zmtp.defaults.connect-each | belongs to a single socket | Move it to",
                "connect-each.interval=5s | zmtp.sockets.jobs.connect-each.endpoint | is missing | Set",
                "connect-each.endpoint=tcp://x:1 zmtp.sockets.jobs.connect-each.interval=0s | zmtp.sockets.jobs.connect-each | expected an interval above zero, but it is PT0S | interval: 10s",
                "connect=discovery://orders zmtp.discovery.interval=0s | zmtp.discovery.interval | expected a time above zero | 10s",
            })
    void stopsTheStart(String properties, String key, String text, String remedy) {
        reactive.withPropertyValues(("zmtp.sockets.jobs." + properties).split(" "))
                .run(context -> {
                    FailureAnalysis analysis = analysis(context);
                    assertThat(analysis.getDescription()).contains(key).contains(text);
                    assertThat(analysis.getAction()).contains(remedy);
                });
    }

    @Test
    void stopsTheStartWhereSpringCloudIsMissing() {
        bare.withClassLoader(new FilteredClassLoader(DiscoveryClient.class))
                .withPropertyValues("zmtp.sockets.jobs.connect=discovery://orders")
                .run(context -> {
                    FailureAnalysis analysis = analysis(context);
                    assertThat(analysis.getDescription())
                            .contains("zmtp.sockets.jobs.connect: discovery://orders needs service discovery");
                    assertThat(analysis.getAction()).contains("Add a discovery starter of Spring Cloud");
                });
    }

    private static FailureAnalysis analysis(AssertableApplicationContext context) {
        assertThat(context).hasFailed();
        return new ZmtpFailureAnalyzer().analyze(context.getStartupFailure());
    }
}
