package io.zmtp.reactive.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.testing.LibZmq.Type;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@RequiresLibZmq
class LibZmqInteropTests {
    private static final Duration SHORT = Duration.ofMillis(50);

    @TempDir
    Path folder;

    @Test
    void tellsItsVersion() {
        assertThat(LibZmq.version()).matches("[45]\\.\\d+\\.\\d+");
    }

    @Test
    void numbersTypesAsLibZmqDoes() {
        try (LibZmq.Context context = new LibZmq.Context()) {
            for (Type type : Type.values()) {
                assertThat(context.open(type).intOption(LibZmq.TYPE)).isEqualTo(type.ordinal());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"tcp", "ipc"})
    void pushesToAPullSocket(String scheme) {
        String endpoint = scheme.equals("tcp") ? "tcp://127.0.0.1:*" : "ipc://" + folder.resolve("socket");
        try (LibZmq.Context context = new LibZmq.Context()) {
            ZmqSocket pull = context.open(Type.PULL);
            ZmqSocket push = context.open(Type.PUSH).connect(pull.bind(endpoint));
            push.send("first", "", "third");
            push.send(new byte[70_000]);
            assertThat(pull.receiveStrings()).containsExactly("first", "", "third");
            assertThat(pull.receive())
                    .singleElement()
                    .satisfies(part -> assertThat(part).hasSize(70_000));
            assertThat(pull.tryReceive(SHORT)).isEmpty();
        }
    }

    @Test
    void answersARequest() {
        try (LibZmq.Context context = new LibZmq.Context()) {
            ZmqSocket rep = context.open(Type.REP);
            ZmqSocket req = context.open(Type.REQ).connect(rep.bind("tcp://127.0.0.1:*"));
            req.send("question");
            assertThat(rep.receiveStrings()).containsExactly("question");
            rep.send("answer");
            assertThat(req.receiveStrings()).containsExactly("answer");
        }
    }

    @Test
    void reportsEventsOfASocket() {
        try (LibZmq.Context context = new LibZmq.Context()) {
            ZmqSocket pull = context.open(Type.PULL);
            ZmqMonitor monitor = pull.monitor(ZmqMonitor.ALL);
            String endpoint = pull.bind("tcp://127.0.0.1:*");
            ZmqSocket push = context.open(Type.PUSH).connect(endpoint);
            assertThat(monitor.await(ZmqMonitor.LISTENING).address()).isEqualTo(endpoint);
            monitor.await(ZmqMonitor.HANDSHAKE_SUCCEEDED);
            push.close();
            monitor.await(ZmqMonitor.DISCONNECTED);
            assertThatThrownBy(() -> monitor.await(ZmqMonitor.BIND_FAILED, SHORT))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("no event 0x10");
        }
    }

    @Test
    void watchesSeveralSocketsAndStopsWatching() {
        try (LibZmq.Context context = new LibZmq.Context()) {
            ZmqSocket pull = context.open(Type.PULL);
            ZmqSocket push = context.open(Type.PUSH);
            try (ZmqMonitor pulls = pull.monitor(ZmqMonitor.ALL);
                    ZmqMonitor pushes = push.monitor(ZmqMonitor.ALL)) {
                push.connect(pull.bind("tcp://127.0.0.1:*"));
                pulls.await(ZmqMonitor.ACCEPTED);
                pushes.await(ZmqMonitor.CONNECTED);
            }
            push.send("still works");
            assertThat(pull.receiveStrings()).containsExactly("still works");
        }
    }

    @ParameterizedTest
    @CsvSource({"secret, 0", "wrong, 400"})
    void asksTheZapHandlerAboutAPassword(String password, int code) {
        try (LibZmq.Context context = new LibZmq.Context()) {
            ZapHandler.plain(context, "admin", "secret");
            ZmqSocket pull = context.open(Type.PULL).option(LibZmq.PLAIN_SERVER, 1);
            ZmqSocket push = context.open(Type.PUSH)
                    .option(LibZmq.PLAIN_USERNAME, "admin")
                    .option(LibZmq.PLAIN_PASSWORD, password);
            ZmqMonitor monitor = push.monitor(ZmqMonitor.ALL);
            push.connect(pull.bind("tcp://127.0.0.1:*"));
            if (code == 0) {
                monitor.await(ZmqMonitor.HANDSHAKE_SUCCEEDED);
            } else {
                assertThat(monitor.await(ZmqMonitor.HANDSHAKE_FAILED_AUTH).value())
                        .isEqualTo(code);
            }
        }
    }

    @Test
    void asksTheZapHandlerAboutAKey() {
        LibZmq.KeyPair server = LibZmq.curveKeyPair();
        LibZmq.KeyPair friend = LibZmq.curveKeyPair();
        try (LibZmq.Context context = new LibZmq.Context()) {
            ZmqSocket known = context.open(Type.PUSH).curveClient(friend, server.publicKey());
            ZmqSocket stranger = context.open(Type.PUSH).curveClient(LibZmq.curveKeyPair(), server.publicKey());
            ZapHandler.curve(context, known.bytesOption(LibZmq.CURVE_PUBLICKEY, 32));
            ZmqSocket pull = context.open(Type.PULL).curveServer(server);
            assertThat(pull.intOption(LibZmq.MECHANISM)).isEqualTo(2);
            ZmqMonitor strangers = stranger.monitor(ZmqMonitor.ALL);
            String endpoint = pull.bind("tcp://127.0.0.1:*");
            known.connect(endpoint).send("hello");
            assertThat(pull.receiveStrings()).containsExactly("hello");
            stranger.connect(endpoint);
            assertThat(strangers.await(ZmqMonitor.HANDSHAKE_FAILED_AUTH).value())
                    .isEqualTo(400);
        }
    }

    @Test
    void failsWhenNothingComesOrNobodyTakesIt() {
        try (LibZmq.Context context = new LibZmq.Context()) {
            ZmqSocket pull = context.open(Type.PULL).option(LibZmq.RCVTIMEO, 10);
            assertThatThrownBy(pull::receive).isInstanceOf(AssertionError.class).hasMessageContaining("PULL");
            ZmqSocket push = context.open(Type.PUSH).option(LibZmq.SNDTIMEO, 10);
            assertThatThrownBy(() -> push.send("lost"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("PUSH");
            assertThatThrownBy(() -> push.connect("nonsense"))
                    .isInstanceOf(LibZmq.ZmqException.class)
                    .hasMessageContaining("nonsense");
        }
    }

    @Test
    void closesWithMessagesThatNobodyWillRead() {
        LibZmq.Context context = new LibZmq.Context();
        ZmqSocket push = context.open(Type.PUSH).connect("tcp://127.0.0.1:1").option(LibZmq.LINGER, -1);
        push.send("nobody is there");
        context.close();
    }

    @Test
    void isRequiredInContinuousIntegrationOnly() {
        assertThat(RequiresLibZmq.Condition.decide(false, false).isDisabled()).isTrue();
        assertThatThrownBy(() -> RequiresLibZmq.Condition.decide(false, true))
                .hasMessageContaining("CI must have libzmq");
    }
}
