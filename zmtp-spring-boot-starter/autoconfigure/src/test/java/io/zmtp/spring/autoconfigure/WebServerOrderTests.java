package io.zmtp.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

class WebServerOrderTests {

    private final List<String> happened = new CopyOnWriteArrayList<>();

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        StoppedAfterWebServer stoppedAfterWebServer(Environment environment) {
            return new StoppedAfterWebServer(environment);
        }
    }

    /** Looks who still listens, in the next phase after the web server's at the end. */
    static final class StoppedAfterWebServer implements SmartLifecycle {

        final List<String> listening = new CopyOnWriteArrayList<>();
        private final Environment environment;
        private volatile boolean running;

        StoppedAfterWebServer(Environment environment) {
            this.environment = environment;
        }

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            running = false;
            look("web server", "local.server.port");
            look("socket", "local.zmtp.jobs.port");
            listening.add("looked");
        }

        private void look(String what, String port) {
            if (accepts(environment.getRequiredProperty(port, Integer.class))) {
                listening.add(what);
            }
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1;
        }
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5_000);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private ConfigurableApplicationContext start() {
        return new SpringApplicationBuilder(Application.class)
                .listeners(event -> {
                    if (event instanceof PayloadApplicationEvent<?> payload
                            && payload.getPayload() instanceof ZmtpSocketBoundEvent) {
                        happened.add("socket bound");
                    } else if (event instanceof WebServerInitializedEvent) {
                        happened.add("web server started");
                    }
                })
                .properties(
                        "server.port=0",
                        "server.address=127.0.0.1",
                        "spring.main.banner-mode=off",
                        "zmtp.sockets.jobs.type=push",
                        "zmtp.sockets.jobs.bind=tcp://127.0.0.1:*")
                .run();
    }

    @Test
    void bindsSocketsBeforeTheWebServerStarts() {
        try (ConfigurableApplicationContext context = start()) {
            assertThat(context.isRunning()).isTrue();
            assertThat(happened).containsExactly("socket bound", "web server started");
        }
    }

    @Test
    void closesSocketsAfterTheWebServerHasStopped() {
        StoppedAfterWebServer probe;
        int port;
        try (ConfigurableApplicationContext context = start()) {
            probe = context.getBean(StoppedAfterWebServer.class);
            port = context.getEnvironment().getRequiredProperty("local.zmtp.jobs.port", Integer.class);
        }
        assertThat(probe.listening).containsExactly("socket", "looked");
        assertThat(accepts(port)).as("the socket, when all has stopped").isFalse();
    }
}
