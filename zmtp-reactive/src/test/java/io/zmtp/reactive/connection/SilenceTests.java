package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.Blake3Mechanism;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.mechanism.PlainMechanism;
import io.zmtp.reactive.mechanism.Verdict;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** No log line at any level, no exception and nothing's {@code toString()} tells a secret or what was sent. */
class SilenceTests {
    private static final KeyPair SERVER = KeyPair.generate();
    private static final KeyPair CLIENT = KeyPair.generate();
    private static final KeyPair OTHER = KeyPair.generate();
    private static final String PASSWORD = "hunter2";
    private static final String TEXT = "for your eyes only";

    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Appender<ILoggingEvent> console = root.getAppender("STDERR");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final List<String> said = new ArrayList<>();

    enum Kind {
        PLAIN(
                PlainMechanism.client("user", PASSWORD),
                PlainMechanism.client("user", PASSWORD + "\n"),
                PlainMechanism::server),
        CURVE(
                CurveMechanism.client(SERVER.publicKey(), CLIENT),
                CurveMechanism.client(OTHER.publicKey(), CLIENT),
                asked -> CurveMechanism.server(SERVER, asked)),
        BLAKE3(
                Blake3Mechanism.client(SERVER.publicKey(), CLIENT),
                Blake3Mechanism.client(OTHER.publicKey(), CLIENT),
                asked -> Blake3Mechanism.server(SERVER, asked));

        final Mechanism calling;
        final Mechanism callingAnother;
        final Function<Authenticator, Mechanism> serving;

        Kind(Mechanism calling, Mechanism callingAnother, Function<Authenticator, Mechanism> serving) {
            this.calling = calling;
            this.callingAnother = callingAnother;
            this.serving = serving;
        }
    }

    @BeforeEach
    void listen() {
        logged.start();
        root.detachAppender(console);
        root.addAppender(logged);
        root.setLevel(Level.TRACE);
    }

    @AfterEach
    void stop() {
        root.setLevel(Level.WARN);
        root.detachAppender(logged);
        root.addAppender(console);
    }

    private void hear(Object thing) {
        said.add(thing.toString());
        if (thing instanceof Throwable thrown) {
            StringWriter trace = new StringWriter();
            thrown.printStackTrace(new PrintWriter(trace));
            said.add(trace.toString());
        }
    }

    private void assertSilent() {
        root.detachAppender(logged);
        assertThat(logged.list).isNotEmpty();
        for (ILoggingEvent event : logged.list) {
            said.add(event.getFormattedMessage());
            if (event.getThrowableProxy() != null) {
                said.add(ThrowableProxyUtil.asString(event.getThrowableProxy()));
            }
        }
        List<String> secrets = new ArrayList<>(List.of(PASSWORD, TEXT));
        for (Bytes secret :
                List.of(SERVER.secretKey(), CLIENT.secretKey(), Bytes.utf8(PASSWORD), Bytes.utf8(TEXT + "  "))) {
            secrets.add(secret.hex());
            secrets.add(secret.hex().toUpperCase(java.util.Locale.ROOT));
            secrets.add(secret.utf8());
            secrets.add(Arrays.toString(secret.toByteArray()));
            if (secret.size() % 4 == 0) {
                secrets.add(secret.z85());
            }
        }
        assertThat(said).allSatisfy(line -> assertThat(line).doesNotContain(secrets));
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionThatWorksTellsNoSecret(Kind kind) {
        Mechanism serving = kind.serving.apply(Authenticator.anyone());
        try (Pair pair = Pair.open(client -> client.mechanism(kind.calling), server -> server.mechanism(serving))) {
            CompletableFuture<Message> came = pair.server.receive().next().toFuture();
            pair.client.send(Message.of(TEXT)).block(TIMEOUT);
            assertThat(came).succeedsWithin(TIMEOUT);
            for (Object each : new Object[] {
                SERVER,
                CLIENT,
                serving,
                kind.calling,
                pair.client,
                pair.server,
                pair.binding,
                pair.client.peer(),
                pair.server.peer(),
                Pair.client().mechanism(kind.calling),
                Pair.server().mechanism(serving)
            }) {
                hear(each);
            }
            pair.client.dispose();
            hear(pair.server.onClose().block(TIMEOUT));
        }
        assertSilent();
    }

    private void fails(Mechanism calling, Mechanism serving) {
        CompletableFuture<Closed> ended = new CompletableFuture<>();
        Binding binding = Pair.server()
                .mechanism(serving)
                .doOnDisconnected((connection, closed) -> ended.complete(closed))
                .bindNow("tcp://127.0.0.1:*");
        try {
            Pair.client()
                    .mechanism(calling)
                    .connect(binding.endpoint())
                    .doOnError(this::hear)
                    .onErrorComplete()
                    .block(TIMEOUT);
            Closed closed = Pair.get(ended);
            hear(closed);
            hear(closed.cause());
        } finally {
            binding.dispose();
            binding.onDispose().block(TIMEOUT);
        }
        assertSilent();
    }

    @ParameterizedTest
    @EnumSource
    void aRefusalTellsNoSecret(Kind kind) {
        fails(kind.calling, kind.serving.apply(who -> {
            hear(who);
            return Mono.just(Verdict.refuse("no"));
        }));
    }

    @ParameterizedTest
    @EnumSource
    void anAuthenticatorThatFailsTellsNoSecret(Kind kind) {
        fails(kind.calling, kind.serving.apply(who -> Mono.error(new IllegalStateException("for " + who))));
    }

    @ParameterizedTest
    @EnumSource(names = {"CURVE", "BLAKE3"})
    void whatCannotBeOpenedTellsNoSecret(Kind kind) {
        fails(kind.callingAnother, kind.serving.apply(Authenticator.anyone()));
    }

    @ParameterizedTest
    @EnumSource
    void anotherMechanismHearsNoSecret(Kind kind) {
        Kind another = kind == Kind.PLAIN ? Kind.CURVE : Kind.PLAIN;
        fails(kind.calling, another.serving.apply(Authenticator.anyone()));
    }
}
