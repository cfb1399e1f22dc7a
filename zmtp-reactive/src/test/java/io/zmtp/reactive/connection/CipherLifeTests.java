package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.Exchange;
import io.zmtp.reactive.mechanism.FrameCipher;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.mechanism.Session;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** When a cipher begins and ends. */
class CipherLifeTests {
    private final CompletableFuture<Void> forgotten = new CompletableFuture<>();
    private Pair pair;

    @AfterEach
    void close() {
        if (pair != null) {
            pair.close();
        }
    }

    /** Encrypts nothing, and so many frames at most. */
    private static final class Limited implements Mechanism, FrameCipher {
        private final CompletableFuture<Void> forgotten;
        private int left;

        Limited(int frames, CompletableFuture<Void> forgotten) {
            left = frames;
            this.forgotten = forgotten;
        }

        @Override
        public String name() {
            return "LIMITED";
        }

        @Override
        public boolean asServer() {
            return false;
        }

        @Override
        public Mono<Session> handshake(Exchange exchange) {
            return NullMechanism.create().handshake(exchange).map(plain -> new Session(plain.peer(), null, null, this));
        }

        @Override
        public int encrypt(int flags, byte[] octets, int from, int to) {
            if (left-- == 0) {
                throw new ZmtpProtocolException("all nonces are used up", "a test");
            }
            return flags;
        }

        @Override
        public int decrypt(int flags, byte[] octets, int from, int to) {
            return flags;
        }

        @Override
        public void close() {
            forgotten.complete(null);
        }
    }

    private void open(int frames) {
        pair = Pair.open(
                client -> client.mechanism(new Limited(frames, forgotten)),
                server -> server.mechanism(new Limited(1000, forgotten)));
    }

    @Test
    void closesWhenNothingMoreCanBeEncrypted() {
        open(2);
        pair.client.send(Message.of("one")).then(pair.client.flush()).block(TIMEOUT);
        pair.client.send(Message.of("two")).then(pair.client.flush()).block(TIMEOUT);
        pair.client.send(Message.of("three")).subscribe();
        Closed closed = pair.client.onClose().block(TIMEOUT);
        assertThat(closed.reason()).isEqualTo(Reason.PROTOCOL);
        assertThat(closed.cause()).hasMessageContaining("used up");
        assertThat(closed.unsentMessages()).isOne();
        assertThat(pair.server
                        .receive()
                        .map(Message::text)
                        .take(2)
                        .collectList()
                        .block(TIMEOUT))
                .containsExactly("one", "two");
    }

    @Test
    void forgetsItsKeysWhenTheConnectionEnds() {
        open(10);
        assertThat(forgotten).isNotDone();
        pair.client.dispose();
        assertThat(forgotten).succeedsWithin(TIMEOUT);
    }

    private void connect(ZmtpClient client, ZmtpServer server) {
        Binding binding = server.mechanism(new Limited(1, forgotten)).bindNow("tcp://127.0.0.1:*");
        try {
            client.mechanism(new Limited(1, new CompletableFuture<>()))
                    .connect(binding.endpoint())
                    .onErrorComplete()
                    .block(TIMEOUT);
            assertThat(forgotten).succeedsWithin(TIMEOUT);
        } finally {
            binding.dispose();
            binding.onDispose().block(TIMEOUT);
        }
    }

    @Test
    void forgetsTheKeysThatItAgreedUponWithAPeerOfTheWrongType() {
        connect(ZmtpClient.create().socketType(SocketType.PUSH), Pair.server());
    }

    @Test
    void forgetsTheKeysWhenAHookEndsTheConnectionBeforeTraffic() {
        connect(Pair.client(), Pair.server().doOnReady(connection -> {
            throw new IllegalStateException("not this one");
        }));
    }

    @Test
    void agreesOnKeysWhereItIsTold() {
        KeyPair keys = KeyPair.generate();
        Scheduler own = Schedulers.newSingle("agreements");
        CompletableFuture<String> thread = new CompletableFuture<>();
        Scheduler watched = Schedulers.fromExecutor(task -> own.schedule(() -> {
            thread.complete(Thread.currentThread().getName());
            task.run();
        }));
        try {
            pair = Pair.open(
                    client -> client.mechanism(CurveMechanism.client(keys.publicKey())),
                    server -> server.mechanism(CurveMechanism.server(keys, Authenticator.anyone()))
                            .handshakeScheduler(watched));
            assertThat(thread).isCompletedWithValueMatching(name -> name.startsWith("agreements"));
        } finally {
            watched.dispose();
            own.dispose();
        }
    }
}
