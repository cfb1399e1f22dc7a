package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static io.zmtp.reactive.connection.Opened.pull;
import static io.zmtp.reactive.connection.Opened.push;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.LibZmq;
import io.zmtp.reactive.testing.RequiresLibZmq;
import io.zmtp.reactive.testing.ZmqSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

@RequiresLibZmq
class IpcInteropTests {

    private final LibZmq.Context context = new LibZmq.Context();
    private final Opened opened = new Opened();

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        opened.close();
        context.close();
    }

    @Test
    void bindsAFile() {
        receivesFromLibZmqAt("ipc://" + directory.resolve("socket"));
    }

    @Test
    void bindsAnAbstractName() {
        assumeThat(IpcTests.NATIVE)
                .as("abstract names need the native transport")
                .isTrue();
        receivesFromLibZmqAt("ipc://@" + UUID.randomUUID());
    }

    @Test
    void connectsToAFile() {
        sendsToLibZmqAt("ipc://" + directory.resolve("socket"));
    }

    @Test
    void connectsToAnAbstractName() {
        assumeThat(IpcTests.NATIVE)
                .as("abstract names need the native transport")
                .isTrue();
        sendsToLibZmqAt("ipc://@" + UUID.randomUUID());
    }

    private void receivesFromLibZmqAt(String endpoint) {
        Binding binding = opened.bind(pull(), endpoint);
        ZmqSocket socket = context.open(LibZmq.Type.PUSH).connect(endpoint);
        socket.send("one", "two");
        ZmtpConnection connection = opened.keep(Opened.first(binding));
        StepVerifier.create(connection.receive().take(1))
                .expectNext(Message.of("one", "two"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    private void sendsToLibZmqAt(String endpoint) {
        ZmqSocket socket = context.open(LibZmq.Type.PULL);
        socket.bind(endpoint);
        ZmtpConnection connection = opened.connect(push(), endpoint);
        connection.send(Message.of("one", "two")).then(connection.close()).block(TIMEOUT);
        assertThat(socket.receiveStrings()).isEqualTo(List.of("one", "two"));
    }
}
