package io.zmtp.spring;

import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.listener.ZmtpListener;
import io.zmtp.spring.template.ZmtpTemplate;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.handler.annotation.Payload;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What {@link SmallHeapTests} flood: prints its ports; then, for each line it reads, how many octets of heap it uses. */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({
    ZmtpAutoConfiguration.class,
    ZmtpCodecAutoConfiguration.class,
    ZmtpListenerAutoConfiguration.class,
    ZmtpTemplateAutoConfiguration.class
})
public class FloodedApplication {

    private static final String KIBIBYTE = "x".repeat(1024);

    @ZmtpListener(socket = "work", topics = "md.**")
    void work(@Payload String text) {
        System.out.println("worked on " + text);
    }

    @ZmtpListener(socket = "desk", topics = "endless")
    Flux<String> endless(@Payload String text) {
        return Flux.range(0, Integer.MAX_VALUE).map(i -> KIBIBYTE);
    }

    @ZmtpListener(socket = "desk", topics = "one")
    Flux<String> one(@Payload String text) {
        return Flux.just(KIBIBYTE);
    }

    @ZmtpListener(socket = "desk", topics = "reply")
    Mono<String> reply(@Payload String text) {
        return Mono.just(KIBIBYTE);
    }

    public static void main(String[] arguments) throws IOException {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(FloodedApplication.class)
                .properties(
                        "spring.main.banner-mode=off",
                        "spring.main.web-application-type=none",
                        "spring.docker.compose.enabled=false",
                        "logging.level.root=off",
                        "zmtp.sockets.work.type=pull",
                        "zmtp.sockets.work.bind=tcp://127.0.0.1:*",
                        "zmtp.sockets.desk.type=router",
                        "zmtp.sockets.desk.bind=tcp://127.0.0.1:*",
                        "zmtp.sockets.ask.type=dealer",
                        "zmtp.sockets.ask.connect=" + arguments[0],
                        "zmtp.defaults.content-type=text/plain")
                .run();
        context.getBean(ZmtpTemplate.class).request("ask", "", String.class).subscribe(reply -> {}, failed -> {});
        System.out.println(context.getEnvironment().getProperty("local.zmtp.work.port"));
        System.out.println(context.getEnvironment().getProperty("local.zmtp.desk.port"));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (in.readLine() != null) {
            System.gc();
            System.out.println(
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        context.close();
    }
}
