package io.zmtp.spring.autoconfigure.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** An application on one of WebFlux's servers, and its clients. */
record Web(ConfigurableApplicationContext context) implements AutoCloseable {

    static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** A server of WebFlux. */
    enum Server {
        NETTY("reactor.netty.autoconfigure.Netty"),
        JETTY("jetty.autoconfigure.reactive.Jetty"),
        TOMCAT("tomcat.autoconfigure.reactive.Tomcat");

        private final String configuration;

        Server(String configuration) {
            this.configuration = "org.springframework.boot." + configuration + "ReactiveWebServerAutoConfiguration";
        }

        private String withoutOthers() {
            return String.join(
                    ",",
                    Stream.of(values())
                            .filter(other -> other != this)
                            .map(other -> other.configuration)
                            .toList());
        }
    }

    static Web start(Server server, Class<?> application, String... properties) {
        List<String> all = new ArrayList<>(List.of(
                "--spring.autoconfigure.exclude=" + server.withoutOthers(),
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--spring.main.banner-mode=off",
                "--spring.cloud.stream.function.autodetect=false",
                "--zmtp.defaults.linger=5s"));
        Stream.of(properties).map(each -> "--" + each).forEach(all::add);
        return new Web(new SpringApplicationBuilder(application)
                .web(WebApplicationType.REACTIVE)
                .run(all.toArray(String[]::new)));
    }

    <T> T bean(String name, Class<T> type) {
        return context.getBean(name, type);
    }

    int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    String at(String path) {
        return "ws://127.0.0.1:" + port() + path;
    }

    HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    Page open(String path, String... headers) {
        Page page = new Page();
        WebSocket.Builder builder =
                HttpClient.newHttpClient().newWebSocketBuilder().subprotocols("ZWS2.0");
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        page.socket = builder.buildAsync(URI.create(at(path)), page).join();
        return page;
    }

    @Override
    public void close() {
        context.close();
    }

    /** What stands for a page of a browser: the WebSocket of the JDK, which speaks ZWS without a mechanism. */
    static final class Page implements WebSocket.Listener {

        WebSocket socket;
        final BlockingQueue<String> came = new LinkedBlockingQueue<>();

        void say(String flagsAndBody) {
            say(flagsAndBody.getBytes(StandardCharsets.ISO_8859_1));
        }

        void say(byte[] flagsAndBody) {
            socket.sendBinary(ByteBuffer.wrap(flagsAndBody), true).join();
        }

        String next() throws InterruptedException {
            String next = came.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
            assertThat(next).isNotNull();
            return next;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
            came.add(StandardCharsets.ISO_8859_1.decode(data).toString());
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPong(WebSocket from, ByteBuffer data) {
            came.add("pong " + StandardCharsets.ISO_8859_1.decode(data));
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            came.add(String.format(Locale.ROOT, "close %d %s", code, reason));
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable failure) {
            came.add(failure.toString());
        }
    }
}
