package io.zmtp.spring.autoconfigure.properties;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import reactor.test.StepVerifier;

/** Keys in Z85, written into YAML as people do, although a part of them looks like a placeholder. */
class YamlKeyTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    /** Two of the one in some thousand whose public key has what looks like a placeholder. */
    private static final KeyPair SERVER =
            KeyPair.of(Bytes.hex("ca76b6c93a4f91fa6cc27c92b8124c5b5aaf3279316b5a25f0314b66370ae3ac"));

    private static final KeyPair CLIENT =
            KeyPair.of(Bytes.hex("1dada878e24d01373d75c3ad7c7d0c6b527d39dc4adff0d89e5474b20c7288fc"));

    @TempDir
    Path files;

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @Test
    void surviveTheResolutionOfPlaceholders() throws IOException {
        assertThat(SERVER.publicKey().z85()).isEqualTo("0Yb&${NGf#WUL^RMxg2xeBI.U1f#<:^vAN}NBFPQ");
        Path yaml = Files.writeString(
                files.resolve("keys.yml"),
                String.join(
                        "\n",
                        "zmtp.sockets:",
                        "  work:",
                        "    type: pull",
                        "    bind: \"tcp://127.0.0.1:*\"",
                        "    security:",
                        "      mechanism: curve",
                        "      secret-key: \"hex:" + SERVER.secretKey().hex() + "\"",
                        "      clients: [ \"" + CLIENT.publicKey().z85() + "\" ]",
                        "  jobs:",
                        "    type: push",
                        "    linger: 0s",
                        "    connect: []",
                        "    security: { mechanism: curve, secret-key: \"hex:"
                                + CLIENT.secretKey().hex() + "\", server-key: \""
                                + SERVER.publicKey().z85() + "\" }",
                        ""));
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .run("--spring.config.location=file:" + yaml)) {
            PullSocket work = context.getBean(PullSocket.class);
            PushSocket jobs = context.getBean(PushSocket.class);
            StepVerifier.create(work.receive().map(Message::text))
                    .then(() -> jobs.connect(work.endpoints().get(0))
                            .then(jobs.send("hello"))
                            .block(TIMEOUT))
                    .expectNext("hello")
                    .thenCancel()
                    .verify(TIMEOUT);
            assertThat(work.peers().get(0).peer().publicKey()).isEqualTo(CLIENT.publicKey());
        }
    }
}
