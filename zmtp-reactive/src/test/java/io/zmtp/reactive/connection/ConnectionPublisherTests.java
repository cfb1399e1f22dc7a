package io.zmtp.reactive.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.PublisherContract;
import io.zmtp.reactive.wire.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The contract of publishers, for those of connections, clients and servers. */
class ConnectionPublisherTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final Disposable.Composite open = Disposables.composite();

    @AfterEach
    void close() {
        open.dispose();
    }

    private Pair pair() {
        Pair pair = Pair.open();
        open.add(pair::close);
        return pair;
    }

    private static void passes(ZmtpConnection from, ZmtpConnection to) {
        String text = "last" + NUMBERS.incrementAndGet();
        Mono<Message> came =
                to.receive().filter(message -> message.text().equals(text)).next();
        Mono<Void> sent = from.send(Message.of(text));
        assertThat(Mono.when(came, sent).timeout(TIMEOUT).thenReturn(true).block())
                .isTrue();
    }

    abstract class OfAConnection implements PublisherContract {

        final Pair pair = pair();

        @Override
        public void works() {
            passes(pair.client, pair.server);
            passes(pair.server, pair.client);
        }
    }

    // ---- receiving

    @Nested
    class Receive extends OfAConnection {

        @Override
        public Publisher<?> publisher() {
            return pair.server.receive();
        }

        @Override
        public void signal() {
            pair.client.send(Message.of("signal")).block(TIMEOUT);
        }

        @Override
        public boolean isExclusive() {
            return true;
        }
    }

    @Nested
    class ReceiveFrames extends OfAConnection {

        @Override
        public Publisher<?> publisher() {
            return pair.server.receiveFrames();
        }

        @Override
        public void signal() {
            pair.client.send(Message.of("one", "two")).block(TIMEOUT);
        }

        @Override
        public boolean isExclusive() {
            return true;
        }
    }

    @Nested
    class Commands extends OfAConnection {

        @Override
        public Publisher<?> publisher() {
            return pair.server.commands();
        }

        @Override
        public void signal() {
            pair.client.send(Command.join(Bytes.utf8("group"))).block(TIMEOUT);
        }
    }

    @Nested
    class Readable extends OfAConnection {

        @Override
        public Publisher<?> publisher() {
            return pair.server.readable();
        }

        @Override
        public void signal() {
            pair.client.send(Message.of("signal")).block(TIMEOUT);
        }
    }

    @Nested
    class Writable extends OfAConnection {

        @Override
        public Publisher<?> publisher() {
            return pair.server.writable();
        }
    }

    // ---- sending

    enum Sending {
        ONE,
        MANY,
        COMMAND,
        FILE
    }

    /** To a connection that is paused, with a full outbox. */
    @Nested
    @ParameterizedClass
    @EnumSource
    class Send implements PublisherContract {

        @Parameter
        private Sending kind;

        @TempDir
        Path folder;

        private Pair pair;

        private Mono<Void> send() {
            if (pair == null) {
                pair = pair();
                Pair.pause(pair.client);
                while (pair.client.write(Message.of(new byte[10_000]))) {}
            }
            return switch (kind) {
                case ONE -> pair.client.send(Message.of("some"));
                case MANY -> pair.client.send(Flux.just(Message.of("some"), Message.of("more")));
                case COMMAND -> pair.client.send(Command.join(Bytes.utf8("group")));
                case FILE -> pair.client.sendFile(file());
            };
        }

        private Path file() {
            Path file = folder.resolve("file");
            try {
                return Files.exists(file) ? file : Files.writeString(file, "text");
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public Publisher<?> publisher() {
            return send();
        }

        @Override
        public void signal() {
            pair.client.resume();
        }

        @Override
        public void works() {
            signal();
            passes(pair.client, pair.server);
            passes(pair.server, pair.client);
        }
    }

    @Nested
    class Flush extends OfAConnection {

        @Override
        public Publisher<?> publisher() {
            Pair.pause(pair.client);
            pair.client.write(Message.of("held"));
            return pair.client.flush();
        }

        @Override
        public void signal() {
            pair.client.resume();
        }

        @Override
        public void works() {
            signal();
            super.works();
        }
    }

    // ---- the end

    abstract class Ending extends OfAConnection {

        @Override
        public void signal() {
            pair.client.dispose();
        }

        @Override
        public boolean endsWithSignal() {
            return true;
        }
    }

    @Nested
    class OnClose extends Ending {

        @Override
        public Publisher<?> publisher() {
            return pair.client.onClose();
        }
    }

    @Nested
    class Close extends Ending {

        @Override
        public Publisher<?> publisher() {
            return pair.client.close();
        }

        @Override
        public void works() {
            pair.client.onClose().block(TIMEOUT);
        }
    }

    @Nested
    class RelayOnComplete implements PublisherContract {

        private final Pair from = pair();
        private final Pair to = pair();
        private final Relay relay = from.server.relayTo(to.client, 0);

        @Override
        public Publisher<?> publisher() {
            return relay.onComplete();
        }

        @Override
        public void signal() {
            from.client.dispose();
        }

        @Override
        public boolean endsWithSignal() {
            return true;
        }

        @Override
        public void works() {
            passes(from.client, to.server);
        }
    }

    /** Each subscriber has a connection of its own to take the channel of. */
    @Nested
    class Detach extends OfAConnection {

        @Override
        public Publisher<?> publisher() {
            return Mono.defer(() -> {
                        Pair other = pair();
                        return other.client.detach();
                    })
                    .doOnNext(Channel::close);
        }
    }

    // ---- clients and servers

    @Nested
    class Connect extends OfAConnection {

        @Override
        public Publisher<?> publisher() {
            return Pair.client().connect(pair.binding.endpoint()).doOnNext(ZmtpConnection::dispose);
        }

        @Override
        public void works() {
            ZmtpConnection client =
                    Pair.client().connect(pair.binding.endpoint()).block(TIMEOUT);
            open.add(client);
            client.send(Message.of("last")).block(TIMEOUT);
        }
    }

    @Nested
    class Bind implements PublisherContract {

        @Override
        public Publisher<?> publisher() {
            return Pair.server().bind("tcp://127.0.0.1:*").doOnNext(open::add);
        }

        @Override
        public void works() {
            pair();
        }
    }

    @Nested
    class OnDispose extends OfAConnection {

        @Override
        public Publisher<?> publisher() {
            return pair.binding.onDispose();
        }

        @Override
        public void signal() {
            pair.binding.dispose();
        }

        @Override
        public boolean endsWithSignal() {
            return true;
        }
    }
}
