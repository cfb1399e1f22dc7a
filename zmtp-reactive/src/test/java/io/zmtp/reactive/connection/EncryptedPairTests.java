package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.Blake3Mechanism;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.FrameEncoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Our client and our server over the mechanisms that encrypt. */
class EncryptedPairTests {
    private static final KeyPair SERVER = KeyPair.generate();
    private static final KeyPair CLIENT = KeyPair.generate();

    @TempDir
    Path folder;

    private Pair pair;

    /** A mechanism. */
    enum Kind {
        CURVE(CurveMechanism.client(SERVER.publicKey(), CLIENT), CurveMechanism.server(SERVER, Authenticator.anyone())),
        BLAKE3(
                Blake3Mechanism.client(SERVER.publicKey(), CLIENT),
                Blake3Mechanism.server(SERVER, Authenticator.anyone()));

        final Mechanism calling;
        final Mechanism serving;

        Kind(Mechanism calling, Mechanism serving) {
            this.calling = calling;
            this.serving = serving;
        }
    }

    @AfterEach
    void close() {
        pair.close();
    }

    private void open(Kind kind) {
        pair = Pair.open(client -> client.mechanism(kind.calling), server -> server.mechanism(kind.serving));
    }

    private static Bytes body(int size) {
        byte[] octets = new byte[size];
        new Random(size).nextBytes(octets);
        return Bytes.wrap(octets);
    }

    private static void assertPasses(ZmtpConnection from, ZmtpConnection to, List<Message> messages) {
        from.send(Flux.fromIterable(messages)).subscribe();
        List<Message> came = to.receive().take(messages.size()).collectList().block(TIMEOUT);
        for (int i = 0; i < messages.size(); i++) {
            assertThat(came.get(i).equals(messages.get(i))).as("message %s", i).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void passesMessagesOfAllSizesBothWays(Kind kind) {
        open(kind);
        List<Message> messages = IntStream.of(
                        0, 1, 31, 32, 33, 222, 223, 224, 255, 256, 2047, 2049, 8191, 15_360, 15_361, 65_536, 1 << 20)
                .mapToObj(size -> Message.of(body(size), Bytes.EMPTY, body(size / 2)))
                .toList();
        assertPasses(pair.client, pair.server, messages);
        assertPasses(pair.server, pair.client, messages);
    }

    @ParameterizedTest
    @EnumSource
    void passesManySmallMessagesInOrder(Kind kind) {
        open(kind);
        List<Message> messages = IntStream.range(0, 20_000)
                .mapToObj(i -> i % 3 == 0 ? Message.of("", "" + i) : Message.of("" + i))
                .toList();
        assertPasses(pair.client, pair.server, messages);
    }

    @ParameterizedTest
    @EnumSource
    void passesAMessageMuchLargerThanAnyBuffer(Kind kind) {
        open(kind);
        assertPasses(pair.client, pair.server, List.of(Message.of(body(20 << 20)), Message.of("behind it")));
    }

    @ParameterizedTest
    @EnumSource
    void passesFiles(Kind kind) throws IOException {
        open(kind);
        Path file = Files.write(folder.resolve("file"), body(300_001).toByteArray());
        pair.client.sendFile(file).then(pair.client.sendFile(file, 10_000)).subscribe();
        List<Message> came = pair.server.receive().take(2).collectList().block(TIMEOUT);
        assertThat(came.get(0).part(0).equals(body(300_001))).isTrue();
        assertThat(came.get(1).size()).isEqualTo(31);
        assertThat(came.get(1).bytes()).isEqualTo(300_001);
    }

    @ParameterizedTest
    @EnumSource
    void passesCommandsAndStaysAliveByHeartbeats(Kind kind) {
        pair = Pair.open(
                client -> client.mechanism(kind.calling).heartbeat(Duration.ofMillis(20), Duration.ofMillis(1500)),
                server -> server.mechanism(kind.serving).heartbeat(Duration.ofMillis(20), Duration.ofMillis(1500)));
        Mono<Command> command = pair.server.commands().next().cache();
        command.subscribe();
        pair.client.send(Command.join(Bytes.utf8("group"))).subscribe();
        assertThat(command.block(TIMEOUT)).isEqualTo(Command.join(Bytes.utf8("group")));
        assertThat(pair.client
                        .onClose()
                        .timeout(Duration.ofSeconds(2), Mono.empty())
                        .block())
                .isNull();
    }

    @ParameterizedTest
    @EnumSource
    void closesAfterEverythingWasWrittenAndCountsNothingAsUnsent(Kind kind) {
        open(kind);
        int count = 500;
        for (int i = 0; i < count; i++) {
            pair.client.send(Message.of(body(3000 + i % 7))).subscribe();
        }
        Mono<Long> received = pair.server.receive().count().cache();
        received.subscribe();
        pair.client.close().block(TIMEOUT);
        assertThat(pair.client.onClose().block(TIMEOUT).unsentBytes()).isZero();
        assertThat(received.block(TIMEOUT)).isEqualTo(count);
    }

    @ParameterizedTest
    @EnumSource
    void saysThatItEncryptsAndCannotBeDetachedOrGivenEncodedOctets(Kind kind) {
        open(kind);
        assertThat(pair.client.isEncrypted()).isTrue();
        assertThat(pair.server.peer().publicKey()).isEqualTo(CLIENT.publicKey());
        assertThatThrownBy(() -> pair.client.write(FrameEncoder.encode(Message.of("m"))))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> pair.client.detach().block(TIMEOUT)).isInstanceOf(UnsupportedOperationException.class);
    }
}
