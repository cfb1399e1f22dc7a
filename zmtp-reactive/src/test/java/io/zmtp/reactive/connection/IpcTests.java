package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Opened.TIMEOUT;
import static io.zmtp.reactive.connection.Opened.pull;
import static io.zmtp.reactive.connection.Opened.push;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.connection.Opened.Pair;
import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;

class IpcTests {

    static final boolean NATIVE = LoopResources.hasNativeSupport() && LoopResources.DEFAULT_NATIVE;

    private final Opened opened = new Opened();

    @TempDir
    Path directory;

    @AfterEach
    void close() {
        opened.close();
    }

    @Test
    void passesMessagesThroughAFile() {
        passesMessages(opened.pair("ipc://" + file()));
    }

    @Test
    void passesMessagesThroughAnAbstractName() {
        assumeThat(NATIVE).as("abstract names need the native transport").isTrue();
        passesMessages(opened.pair(abstractName()));
    }

    /** Whatever the JVM prefers. */
    @Test
    void goesOverTheEventLoopsThatItIsGiven() {
        EventLoopGroup nio = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        LoopResources loops = preferNative -> nio;
        try {
            Pair pair = opened.pair(pull().runOn(loops), push().runOn(loops), "ipc://" + file());
            assertThat(pair.client().channel().getClass().getName()).contains(".nio.");
            passesMessages(pair);
        } finally {
            opened.close();
            nio.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    @Test
    void refusesAbstractNamesOnNio() {
        assumeThat(NATIVE).as("NIO is not in use").isFalse();
        assertThatThrownBy(() -> push().connect(abstractName()).block(TIMEOUT))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> pull().bind(abstractName()).block(TIMEOUT))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void knowsTheProcessOfThePeer() {
        Pair pair = opened.pair("ipc://" + file());
        if (NATIVE) {
            assertThat(pair.client().peerProcessId())
                    .hasValue(ProcessHandle.current().pid());
            assertThat(pair.server().peerProcessId())
                    .hasValue(ProcessHandle.current().pid());
        } else {
            assertThat(pair.client().peerProcessId()).isEmpty();
            assertThat(pair.server().peerProcessId()).isEmpty();
        }
    }

    @Test
    void knowsNoProcessOfAPeerThatHasGone() {
        Pair pair = opened.pair("ipc://" + file());
        pair.server().dispose();
        pair.client().onClose().block(TIMEOUT);
        assertThat(pair.client().peerProcessId()).isEmpty();
    }

    @Test
    void deliversEverythingBeforeItCloses() {
        Pair pair = opened.pair("ipc://" + file());
        pair.server()
                .send(Flux.range(0, 1000).map(i -> Message.of("towards " + i)))
                .subscribe(done -> {}, lost -> {});
        StepVerifier.create(pair.client()
                        .send(Flux.range(0, 1000).map(i -> Message.of("m" + i)))
                        .then(pair.client().close()))
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(pair.server().receive())
                .expectNextCount(1000)
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(pair.server().onClose().map(Closed::reason))
                .expectNext(Closed.Reason.PEER)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void replacesAFileWhereNobodyListens() throws IOException {
        Path file = file();
        listen(file).close();
        assertThat(file).exists();
        passesMessages(opened.pair("ipc://" + file));
    }

    @Test
    void leavesThePathToItsNextOwnerHoweverOftenItIsDisposed() throws IOException {
        for (int i = 0; i < 40; i++) {
            Path file = directory.resolve("owned-" + i);
            Binding binding = pull().bind("ipc://" + file).block(TIMEOUT);
            binding.dispose();
            binding.dispose();
            binding.onDispose().block(TIMEOUT);
            Files.createFile(file);
        }
        // What was to be removed by the threads that do so has been by now.
        Flux.range(0, 100)
                .flatMap(i -> Mono.fromRunnable(() -> {}).subscribeOn(Schedulers.boundedElastic()))
                .blockLast(TIMEOUT);
        assertThat(directory.toFile().list()).hasSize(40);
    }

    @Test
    void doesNotReplaceAListener() throws IOException {
        Path file = file();
        try (ServerSocketChannel listening = listen(file)) {
            StepVerifier.create(pull().bind("ipc://" + file))
                    .expectError(BindException.class)
                    .verify(TIMEOUT);
            assertThat(file).exists();
            assertThat(listening.isOpen()).isTrue();
        }
    }

    @Test
    void doesNotBindTwice() {
        Path file = file();
        opened.bind(pull(), "ipc://" + file);
        StepVerifier.create(pull().bind("ipc://" + file))
                .expectError(BindException.class)
                .verify(TIMEOUT);
        opened.connect(push(), "ipc://" + file);
    }

    @Test
    void doesNotDeleteAFileThatIsNoSocket() throws IOException {
        Path file = Files.writeString(file(), "precious");
        StepVerifier.create(pull().bind("ipc://" + file))
                .expectError(BindException.class)
                .verify(TIMEOUT);
        assertThat(file).hasContent("precious");
    }

    @Test
    void removesTheFileWhenDisposed() {
        Path file = file();
        Binding binding = opened.bind(pull(), "ipc://" + file);
        assertThat(file).exists();
        binding.dispose();
        StepVerifier.create(binding.onDispose()).expectComplete().verify(TIMEOUT);
        assertThat(file).doesNotExist();
        assertThat(binding.isDisposed()).isTrue();
    }

    @Test
    void bindsANewPathThatOnlyThisUserReaches() throws IOException {
        Binding one = opened.bind(pull(), "ipc://*");
        Binding other = opened.bind(pull(), "ipc://*");
        assertThat(one.endpoint()).isNotEqualTo(other.endpoint());
        Path file = Path.of(one.endpoint().name());
        assertThat(file).exists().isAbsolute();
        assertThat(Files.getPosixFilePermissions(file.getParent()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        ZmtpConnection client = opened.connect(push(), one.endpoint().toString());
        passesMessages(new Pair(client, opened.keep(Opened.first(one))));

        one.dispose();
        StepVerifier.create(one.onDispose()).expectComplete().verify(TIMEOUT);
        assertThat(file.getParent()).doesNotExist();
    }

    @Test
    void doesNotConnectToAnyPath() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> push().connect("ipc://*"))
                .withMessageContaining("for binding");
    }

    @Test
    void refusesAPathThatIsTooLong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pull().bind("ipc:///tmp/" + "x".repeat(108)))
                .withMessageContaining("107");
    }

    @Test
    void failsWhenNobodyListens() throws IOException {
        Path file = file();
        StepVerifier.create(push().connect("ipc://" + file))
                .expectError(IOException.class)
                .verify(TIMEOUT);
        listen(file).close();
        StepVerifier.create(push().connect("ipc://" + file))
                .expectError(IOException.class)
                .verify(TIMEOUT);
    }

    @Test
    void failsToBindInADirectoryThatIsNotThere() {
        StepVerifier.create(pull().bind("ipc://" + directory.resolve("nowhere/socket")))
                .expectError(IOException.class)
                .verify(TIMEOUT);
    }

    private static void passesMessages(Pair pair) {
        pair.client().send(Message.of("to", "server")).block(TIMEOUT);
        pair.server().send(Message.of("to client")).block(TIMEOUT);
        StepVerifier.create(pair.server().receive().take(1))
                .expectNext(Message.of("to", "server"))
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(pair.client().receive().take(1))
                .expectNext(Message.of("to client"))
                .expectComplete()
                .verify(TIMEOUT);
    }

    private Path file() {
        return directory.resolve("socket");
    }

    private static String abstractName() {
        return "ipc://@" + UUID.randomUUID();
    }

    private static ServerSocketChannel listen(Path file) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(file));
    }
}
