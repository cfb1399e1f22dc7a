package io.zmtp.spring.autoconfigure.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.diagnostics.ZmtpFailureAnalyzer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.DefaultResourceLoader;
import reactor.test.StepVerifier;

class SecurityTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final KeyPair SERVER = KeyPair.generate();
    private static final KeyPair CLIENT = KeyPair.generate();

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(ZmtpAutoConfiguration.class))
            .withPropertyValues(
                    "zmtp.sockets.work.type=pull",
                    "zmtp.sockets.work.bind=tcp://127.0.0.1:*",
                    "zmtp.sockets.jobs.type=push",
                    "zmtp.sockets.jobs.connect=",
                    "zmtp.sockets.jobs.linger=0s");

    @TempDir
    Path files;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "metadata\ncurve\n    public-key = \"x\"\n    secret-key = \"%s\"\n",
                "public: h-{QY]/#0iT@P*iKwCfEu^o}htg=8kMhg5@8FodB\nsecret: %s\n",
                "%s\n"
            })
    void encryptsBetweenKnownKeys(String format) throws IOException {
        Path secret = Files.writeString(
                files.resolve("client.key_secret"),
                format.formatted(CLIENT.secretKey().z85()));
        runner.withPropertyValues(
                        "zmtp.sockets.work.security.mechanism=curve",
                        "zmtp.sockets.work.security.secret-key=hex:"
                                + SERVER.secretKey().hex(),
                        "zmtp.sockets.work.security.clients=hex:"
                                + CLIENT.publicKey().hex(),
                        "zmtp.sockets.jobs.security.mechanism=curve",
                        "zmtp.sockets.jobs.security.server-key=hex:"
                                + SERVER.publicKey().hex(),
                        "zmtp.sockets.jobs.security.secret-key-location=file:" + secret)
                .run(context -> {
                    PullSocket work = context.getBean("work", PullSocket.class);
                    deliver(context.getBean("jobs", PushSocket.class), work);
                    assertThat(work.peers().get(0).peer().publicKey()).isEqualTo(CLIENT.publicKey());
                });
    }

    @Test
    void sharesKeysByBundles() throws IOException {
        Path secret =
                Files.writeString(files.resolve("server"), SERVER.secretKey().z85());
        runner.withPropertyValues(
                        "zmtp.curve.bundles.here.secret-key-location=file:" + secret,
                        "zmtp.curve.bundles.here.clients=hex:"
                                + CLIENT.publicKey().hex(),
                        "zmtp.curve.bundles.there.secret-key=hex:"
                                + CLIENT.secretKey().hex(),
                        "zmtp.curve.bundles.there.server-key=hex:"
                                + SERVER.publicKey().hex(),
                        "zmtp.sockets.work.security.bundle=here",
                        "zmtp.sockets.jobs.security.bundle=there")
                .run(context -> {
                    PullSocket work = context.getBean("work", PullSocket.class);
                    deliver(context.getBean("jobs", PushSocket.class), work);
                    assertThat(work.peers().get(0).peer().publicKey()).isEqualTo(CLIENT.publicKey());
                });
    }

    @Test
    void refusesAnUnknownBundleOfKeys() {
        runner.withPropertyValues("zmtp.curve.bundles.here.clients=*", "zmtp.sockets.work.security.bundle=there")
                .run(context -> assertThat(new ZmtpFailureAnalyzer()
                                .analyze(context.getStartupFailure())
                                .getDescription())
                        .contains("zmtp.sockets.work.security.bundle names 'there'"));
    }

    @Test
    void letsKnownUsersIn() {
        runner.withPropertyValues(
                        "zmtp.sockets.work.security.mechanism=plain",
                        "zmtp.sockets.work.security.users.ann=secret",
                        "zmtp.sockets.jobs.security.mechanism=plain",
                        "zmtp.sockets.jobs.security.username=ann",
                        "zmtp.sockets.jobs.security.password=secret")
                .run(context -> {
                    PullSocket work = context.getBean("work", PullSocket.class);
                    deliver(context.getBean("jobs", PushSocket.class), work);
                    assertThat(work.peers().get(0).peer().userId()).isEqualTo("ann");
                });
    }

    private static void deliver(PushSocket jobs, PullSocket work) {
        StepVerifier.create(work.receive().map(Message::text))
                .then(() -> jobs.connect(work.endpoints().get(0))
                        .then(jobs.send("hello"))
                        .block(TIMEOUT))
                .expectNext("hello")
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void refusesAServerThatKnowsNoClients() {
        runner.withPropertyValues(
                        "zmtp.sockets.work.security.mechanism=curve",
                        "zmtp.sockets.work.security.secret-key=hex:"
                                + SERVER.secretKey().hex())
                .run(context -> assertThat(new ZmtpFailureAnalyzer()
                                .analyze(context.getStartupFailure())
                                .getDescription())
                        .contains("security.clients is missing", "* is for anyone"));
    }

    @Test
    void refusesAnUnknownBundle() {
        runner.withPropertyValues("zmtp.sockets.jobs.ssl.bundle=none")
                .run(context -> assertThat(new ZmtpFailureAnalyzer()
                                .analyze(context.getStartupFailure())
                                .getAction())
                        .contains("spring.ssl.bundle"));
    }

    // ---- Z85 and placeholders

    private static final String KEY = "ab${cd:ef}gh0123456789012345678901234567";

    @Test
    void takesAKeyAsWrittenWhenAPlaceholderWasCutOutOfIt() {
        CurveKeys keys = keys(Map.of("zmtp.sockets.jobs.security.server-key", KEY));
        assertThat(keys.read("jobs", null, "server-key", "abefgh0123456789012345678901234567"))
                .isEqualTo(Bytes.z85(KEY));
    }

    @Test
    void survivesTheWholeWay() {
        String eaten = "zmtp.sockets.jobs.security.server-key=" + KEY;
        runner.withPropertyValues("zmtp.sockets.jobs.security.mechanism=curve", eaten)
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void takesAKeyThatAPlaceholderStandsFor() {
        CurveKeys keys = keys(Map.of("zmtp.sockets.jobs.security.server-key", "${FEED_KEY}"));
        String resolved = SERVER.publicKey().z85();
        assertThat(keys.read("jobs", null, "server-key", resolved)).isEqualTo(SERVER.publicKey());
    }

    @Test
    void saysWhyAKeyIsNone() {
        CurveKeys keys = keys(Map.of("zmtp.sockets.jobs.security.server-key", "short"));
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> keys.read("jobs", null, "server-key", "short"))
                .hasMessageContaining("5 characters")
                .hasMessageNotContaining("short");
    }

    private static CurveKeys keys(Map<String, Object> properties) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
        ConfigurationPropertySources.attach(environment);
        return new CurveKeys(environment, new DefaultResourceLoader());
    }
}
