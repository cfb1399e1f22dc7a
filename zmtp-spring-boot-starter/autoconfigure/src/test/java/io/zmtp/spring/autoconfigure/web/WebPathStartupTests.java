package io.zmtp.spring.autoconfigure.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

/** What cannot be a path of the web server keeps the application from starting, and the report says what to change. */
@ExtendWith(OutputCaptureExtension.class)
class WebPathStartupTests {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SERVLET  | zmtp.sockets.a.bind=ws:/a | but its web server is one of servlets, not of WebFlux"
                        + " | as in ws://*:8081/a",
                "NONE     | zmtp.sockets.a.bind=ws:/a | but it has no web server of WebFlux | spring-boot-starter-webflux",
                "REACTIVE | zmtp.sockets.a.connect=ws:/a | zmtp.sockets.a.connect: cannot connect ws:/a | ws://host:port/a",
                "REACTIVE | zmtp.sockets.a.bind=ws:/a?b | there is a query | Bind a path without a query",
                "REACTIVE | zmtp.sockets.a.bind=wss:/a | whose business TLS is | ws:/path",
                "REACTIVE | zmtp.sockets.a.bind=ws:/a,ws:/a | another socket is bound to it already | Take another path",
                "REACTIVE | zmtp.sockets.a.bind=ws:/a --zmtp.sockets.a.ssl.bundle=x | zmtp.sockets.a.ssl.bundle has no effect"
                        + " | wss://",
            })
    void theStartFails(WebApplicationType type, String arguments, String why, String remedy, CapturedOutput output) {
        assertThatThrownBy(() -> new SpringApplicationBuilder(Application.class)
                        .web(type)
                        .run(("--server.port=0 --zmtp.sockets.a.type=pull --spring.main.banner-mode=off --" + arguments)
                                .split(" "))
                        .close())
                .isNotNull();
        assertThat(output.getOut()).contains(why).contains(remedy);
    }
}
