package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.FrameEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** What passes through a mechanism that encrypts frames, and that anyone can write one. */
class FrameCipherTests {

    private final Pair pair =
            Pair.open(client -> client.mechanism(new XorMechanism()), server -> server.mechanism(new XorMechanism()));

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        pair.close();
    }

    private static Message message(int i) {
        return switch (i % 4) {
            case 0 -> Message.of("" + i);
            case 1 -> Message.of("", "" + i, "x".repeat(254));
            case 2 -> Message.of("y".repeat(255 + i % 3), "" + i);
            default -> Message.of("z".repeat(3000 + i));
        };
    }

    @Test
    void passesMessagesOfAllSizesInOrder() {
        int count = 2000;
        pair.client.send(Flux.range(0, count).map(FrameCipherTests::message)).subscribe();
        List<Message> came = pair.server.receive().take(count).collectList().block(TIMEOUT);
        for (int i = 0; i < count; i++) {
            assertThat(came.get(i)).isEqualTo(message(i));
        }
    }

    @Test
    void passesALargeMessage() {
        byte[] body = new byte[5 << 20];
        body[body.length - 1] = 1;
        pair.client.send(Message.of(body)).subscribe();
        Message came = pair.server.receive().blockFirst(TIMEOUT);
        assertThat(came.equals(Message.of(body))).isTrue();
    }

    @Test
    void passesCommands() {
        StepVerifier.create(pair.server.commands())
                .then(() -> pair.client.send(Command.join(Bytes.utf8("g"))).subscribe())
                .expectNext(Command.join(Bytes.utf8("g")))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @Test
    void passesFiles() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[300_000]);
        pair.client.sendFile(file).then(pair.client.sendFile(file, 1000)).subscribe();
        List<Message> came = pair.server.receive().take(2).collectList().block(TIMEOUT);
        assertThat(came.get(0).part(0).size()).isEqualTo(300_000);
        assertThat(came.get(1).size()).isEqualTo(300);
    }

    @Test
    void showsFramesDecrypted() {
        pair.client.send(Message.of("a", "b")).subscribe();
        assertThat(pair.server
                        .receiveFrames()
                        .take(2)
                        .map(f -> f.body().utf8())
                        .collectList()
                        .block(TIMEOUT))
                .containsExactly("a", "b");
    }

    @Test
    void saysThatItEncryptsAndWhoThePeerIs() {
        assertThat(pair.client.isEncrypted()).isTrue();
        assertThat(pair.server.peer().userId()).isEqualTo("xor");
    }

    @Test
    void refusesOctetsThatAreEncodedAlready() {
        assertThatThrownBy(() -> pair.client.write(FrameEncoder.encode(Message.of("m"))))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void closesOnReservedFlagsInsideTheEncryption() {
        try (RawListener listener = RawPeer.listen()) {
            CompletableFuture<ZmtpConnection> connected = Pair.client()
                    .mechanism(new XorMechanism())
                    .connect(listener.endpoint())
                    .toFuture();
            RawPeer peer = listener.accept();
            peer.sendGreeting("XOR", false, 1).expectGreeting();
            peer.sendReady("PAIR").expectCommand("READY");
            ZmtpConnection connection = Pair.get(connected);
            peer.write("00 02 f7 9e"); // flags 8, "a"
            assertThat(connection.onClose().block(TIMEOUT).cause())
                    .isInstanceOf(ZmtpProtocolException.class)
                    .hasMessageContaining("its flags are 0x08");
            peer.close();
        }
    }

    @Test
    void putsNothingPlainOnTheWire() {
        ZmtpClient client = Pair.client().mechanism(new XorMechanism()).heartbeat(Duration.ofMillis(50), TIMEOUT);
        try (RawListener listener = RawPeer.listen()) {
            CompletableFuture<ZmtpConnection> connected =
                    client.connect(listener.endpoint()).toFuture();
            RawPeer peer = listener.accept();
            peer.sendGreeting("XOR", false, 1).expectGreeting();
            peer.sendReady("PAIR").expectCommand("READY");
            ZmtpConnection connection = Pair.get(connected);
            connection.send(Message.of("secret")).block(TIMEOUT);
            List<String> frames = new ArrayList<>();
            frames.add(peer.readFrame().toString());
            frames.add(peer.readFrame().toString());
            assertThat(frames)
                    .containsExactlyInAnyOrder(
                            "00: ff 8c 9a 9c 8d 9a 8b", // flags 0, "secret"
                            "00: fb fb af b6 b1 b8 ff ff"); // flags 4, PING without TTL
            connection.dispose();
            peer.close();
        }
    }
}
