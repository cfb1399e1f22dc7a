package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static io.zmtp.reactive.connection.Opened.push;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** What files are on the wire, and what can go wrong with them. */
class SendFileTests {

    private static final int MIB = 1024 * 1024;

    private final Opened opened = new Opened();
    private RawPeer peer;
    private ZmtpConnection connection;

    @TempDir
    Path directory;

    @BeforeEach
    void open() {
        try (RawListener listener = RawPeer.listen()) {
            Sinks.One<ZmtpConnection> ready = Sinks.one();
            push().connect(listener.endpoint()).subscribe(ready::tryEmitValue, ready::tryEmitError);
            peer = listener.accept();
            peer.handshakeNull("PULL");
            connection = opened.keep(ready.asMono().block(TIMEOUT));
        }
    }

    @AfterEach
    void close() {
        peer.close();
        opened.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 255, 256, 65_536, 5 * MIB})
    void sendsAFileAsOneFrame(int size) throws IOException {
        byte[] content = content(size);
        connection.sendFile(file(content)).subscribe();
        byte[] expected = RawPeer.frame(0, content);
        assertThat(peer.read(expected.length)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 10, 11, 300})
    void sendsAFileAsAMessageOfManyFrames(int chunk) throws IOException {
        byte[] content = content(1000);
        connection.sendFile(file(content), chunk).subscribe();
        for (int at = 0; at < content.length; at += chunk) {
            int end = Math.min(at + chunk, content.length);
            byte[] expected =
                    RawPeer.frame(end < content.length ? RawPeer.MORE : 0, Arrays.copyOfRange(content, at, end));
            assertThat(peer.read(expected.length)).isEqualTo(expected);
        }
    }

    @Test
    void sendsAnEmptyFileInChunksAsOneEmptyFrame() throws IOException {
        connection.sendFile(file(new byte[0]), 10).then(connection.close()).subscribe();
        assertThat(peer.readAll(TIMEOUT)).containsExactly(0, 0);
    }

    @Test
    void keepsTheOrderOfMessagesAndFiles() throws IOException {
        byte[] content = content(MIB);
        Path file = file(content);
        connection.send(Message.of("before")).block(TIMEOUT);
        connection.sendFile(file).subscribe();
        connection.sendFile(file, 1000).subscribe();
        peer.expect("00 06 'before'");
        assertFilesOf(content);
    }

    /** Two files opened at once may come in either order, but never one inside the other. */
    private void assertFilesOf(byte[] content) {
        for (int file = 0; file < 2; file++) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            RawPeer.Frame frame;
            do {
                frame = peer.readFrame();
                body.writeBytes(frame.body());
            } while ((frame.flags() & RawPeer.MORE) != 0);
            assertThat(body.toByteArray()).isEqualTo(content);
        }
    }

    @Test
    void letsNoMessageInsideAFile() throws IOException {
        byte[] content = content(2 * MIB);
        Mono<Void> sent = connection.sendFile(file(content), 100_000).cache();
        sent.subscribe();
        peer.read(RawPeer.frame(RawPeer.MORE, new byte[100_000]).length);
        connection.send(Message.of("after")).block(TIMEOUT);
        RawPeer.Frame frame;
        do {
            frame = peer.readFrame();
        } while ((frame.flags() & RawPeer.MORE) != 0);
        peer.expect("00 05 'after'");
        StepVerifier.create(sent).expectComplete().verify(TIMEOUT);
    }

    @Test
    void completesWhenTheFileWentOut() throws IOException {
        byte[] content = content(16 * MIB);
        Mono<Void> sent = connection.sendFile(file(content)).cache();
        StepVerifier.create(sent)
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(300))
                .thenCancel()
                .verify(TIMEOUT);
        assertThat(peer.read(9 + content.length)).hasSize(9 + content.length);
        StepVerifier.create(sent).expectComplete().verify(TIMEOUT);
        expectFilesClosed();
    }

    @Test
    void failsWithoutTheFile() {
        StepVerifier.create(connection.sendFile(directory.resolve("nowhere")))
                .expectError(NoSuchFileException.class)
                .verify(TIMEOUT);
        sendsOn();
    }

    @Test
    void failsForADirectory() {
        StepVerifier.create(connection.sendFile(directory))
                .expectError(IOException.class)
                .verify(TIMEOUT);
        sendsOn();
    }

    @Test
    void refusesEmptyChunks() throws IOException {
        Path file = file(content(1));
        assertThatIllegalArgumentException().isThrownBy(() -> connection.sendFile(file, 0));
    }

    @Test
    void failsWhenTheFileShrinks() throws IOException {
        Path file = file(content(16 * MIB));
        Mono<Void> sent = connection.sendFile(file).cache();
        sent.subscribe(done -> {}, failed -> {});
        peer.read(9 + MIB);
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(MIB);
        }
        assertThat(peer.awaitClosed(TIMEOUT)).isTrue();
        StepVerifier.create(sent).expectError(ZmtpClosedException.class).verify(TIMEOUT);
        assertThat(connection.onClose().block(TIMEOUT).reason()).isEqualTo(Reason.IO);
        expectFilesClosed();
    }

    @Test
    void failsWhenThePeerGoesInTheMiddle() throws IOException {
        Mono<Void> sent = connection.sendFile(file(content(16 * MIB))).cache();
        sent.subscribe(done -> {}, failed -> {});
        peer.read(MIB);
        peer.closeWithReset();
        StepVerifier.create(sent).expectError(ZmtpClosedException.class).verify(TIMEOUT);
        assertThat(connection.onClose().block(TIMEOUT).unsentMessages()).isEqualTo(1);
        expectFilesClosed();
    }

    @Test
    void closesAFileThatWasCancelledWhileItWaited() throws IOException {
        Message large = Message.of(Bytes.wrap(content(MIB)));
        connection.pause();
        while (connection.write(large)) {
            assertThat(connection.isDisposed()).isFalse();
        }
        Path file = file(content(100));
        Disposable waiting = connection.sendFile(file).subscribe();
        awaitOpenFiles(1);
        waiting.dispose();
        expectFilesClosed();
        connection.resume();
        RawPeer.Frame frame = peer.readFrame();
        assertThat(frame.body()).hasSize(MIB);
    }

    private void sendsOn() {
        connection.send(Message.of("on")).block(TIMEOUT);
        peer.expect("00 02 'on'");
    }

    private Path file(byte[] content) throws IOException {
        return Files.write(directory.resolve("file"), content);
    }

    private static byte[] content(int size) {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        return content;
    }

    private void expectFilesClosed() {
        awaitOpenFiles(0);
    }

    /** Waits until this process holds so many descriptors of files in our directory. */
    private void awaitOpenFiles(long count) {
        StepVerifier.create(Mono.fromCallable(this::openFiles)
                        .repeat()
                        .delayElements(Duration.ofMillis(5))
                        .any(open -> open == count))
                .expectNext(true)
                .expectComplete()
                .verify(TIMEOUT);
    }

    private long openFiles() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .filter(descriptor -> {
                        try {
                            return Files.readSymbolicLink(descriptor).startsWith(directory);
                        } catch (IOException gone) {
                            return false;
                        }
                    })
                    .count();
        }
    }
}
