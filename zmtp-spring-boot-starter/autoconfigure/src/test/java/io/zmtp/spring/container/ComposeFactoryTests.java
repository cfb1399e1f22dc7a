package io.zmtp.spring.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.BeanUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.docker.compose.core.ConnectionPorts;
import org.springframework.boot.docker.compose.core.ImageReference;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.lifecycle.DockerComposeServicesReadyEvent;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;

/** Services that are said to run, as Boot says it after {@code docker compose up}. */
class ComposeFactoryTests {

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ZmtpAutoConfiguration.class))
            .withPropertyValues(
                    "zmtp.sockets.jobs.type=push",
                    "zmtp.sockets.jobs.connect=",
                    "zmtp.sockets.news.type=sub",
                    "zmtp.sockets.news.connect=");

    record Service(String name, Map<String, String> labels) implements RunningService {

        @Override
        public ImageReference image() {
            return ImageReference.of("example/" + name);
        }

        @Override
        public String host() {
            return "127.0.0.1";
        }

        @Override
        public ConnectionPorts ports() {
            return new ConnectionPorts() {
                @Override
                public int get(int containerPort) {
                    return 40_000 + containerPort;
                }

                @Override
                public List<Integer> getAll() {
                    return List.of();
                }

                @Override
                public List<Integer> getAll(@Nullable String protocol) {
                    return List.of();
                }
            };
        }

        @Override
        public Map<String, @Nullable String> env() {
            return Map.of();
        }
    }

    private static Service zmtp(String name, String socket, String port) {
        return new Service(
                name, Map.of("org.springframework.boot.service-connection", "zmtp", "io.zmtp.socket." + socket, port));
    }

    /** What Boot does when services run, by parts of it that are not public. */
    @SuppressWarnings("unchecked")
    private static void up(ConfigurableApplicationContext context, List<RunningService> services) {
        try {
            ApplicationListener<DockerComposeServicesReadyEvent> listener =
                    (ApplicationListener<DockerComposeServicesReadyEvent>) BeanUtils.instantiateClass(
                            Class.forName("org.springframework.boot.docker.compose.service.connection"
                                    + ".DockerComposeServiceConnectionsApplicationListener"));
            listener.onApplicationEvent(BeanUtils.instantiateClass(
                    DockerComposeServicesReadyEvent.class.getDeclaredConstructor(ApplicationContext.class, List.class),
                    context,
                    services));
        } catch (ReflectiveOperationException changed) {
            throw new IllegalStateException(changed);
        }
    }

    private ApplicationContextRunner running(RunningService... services) {
        return runner.withInitializer(context -> up(context, List.of(services)));
    }

    private static String endpoints(ApplicationContext context, String socket) {
        return context.getBean(socket, ZmtpSocket.class).endpoints().toString();
    }

    @Test
    void connectsASocketToThePortThatItsLabelNames() {
        running(zmtp("workers", "jobs", "5557"))
                .run(context -> assertThat(endpoints(context, "jobs")).isEqualTo("[tcp://127.0.0.1:45557]"));
    }

    @Test
    void takesSeveralServices() {
        running(zmtp("workers", "jobs", "5557"), zmtp("feed", "news", "5556")).run(context -> {
            assertThat(endpoints(context, "jobs")).isEqualTo("[tcp://127.0.0.1:45557]");
            assertThat(endpoints(context, "news")).isEqualTo("[tcp://127.0.0.1:45556]");
        });
    }

    @Test
    void leavesOtherServicesAlone() {
        running(new Service("database", Map.of("io.zmtp.socket.jobs", "5557")))
                .run(context -> assertThat(endpoints(context, "jobs")).isEqualTo("[]"));
    }

    @Test
    void refusesALabelThatNamesNoSocket() {
        running(zmtp("workers", "jbos", "5557"))
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("io.zmtp.socket.jbos of the container workers names no socket"));
    }
}
