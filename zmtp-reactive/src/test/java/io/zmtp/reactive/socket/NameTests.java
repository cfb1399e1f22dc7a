package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.connection.ZmtpClient;
import io.zmtp.reactive.monitor.MonitorEvent;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;

/** Names that resolve to dead addresses, to others later, not at all, slowly, or never. */
class NameTests {

    private static final String DEAD = "127.0.0.2";
    private static final String ALIVE = "127.0.0.1";
    private static final Mono<Void> NOW = Mono.empty();

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private final AtomicInteger asked = new AtomicInteger();
    private final PullSocket pull = sockets.add(PullSocket.create());
    private final int port = pull.bindNow("tcp://" + ALIVE + ":*").port();

    /** Answers as it is told, and when: nothing is a failure, and null no answer. */
    private final class Names extends AddressResolverGroup<InetSocketAddress> {

        private final IntFunction<List<String>> answers;
        private final Mono<?> when;

        Names(IntFunction<List<String>> answers, Mono<?> when) {
            this.answers = answers;
            this.when = when;
        }

        @Override
        protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
            return new InetNameResolver(executor) {
                @Override
                protected void doResolve(String host, Promise<InetAddress> promise) throws UnknownHostException {
                    promise.setSuccess(InetAddress.getByName(ALIVE));
                }

                @Override
                protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
                    when.doOnTerminate(() -> executor.execute(() -> answer(host, promise)))
                            .subscribe();
                }
            }.asAddressResolver();
        }

        private void answer(String host, Promise<List<InetAddress>> promise) {
            List<String> addresses = answers.apply(asked.getAndIncrement());
            if (addresses == null) {
                return;
            }
            if (addresses.isEmpty()) {
                promise.setFailure(new UnknownHostException(host));
            } else {
                promise.setSuccess(addresses.stream().map(Names::address).toList());
            }
        }

        private static InetAddress address(String literal) {
            try {
                return InetAddress.getByName(literal);
            } catch (UnknownHostException never) {
                throw new IllegalStateException(never);
            }
        }
    }

    private PushSocket push(Names names) {
        return push(names, TIMEOUT);
    }

    private PushSocket push(Names names, Duration limit) {
        return sockets.open(
                PushSocket::create, options -> options.connectTimeout(limit).client(client -> client.resolver(names)));
    }

    private void assertReached(PushSocket push) {
        push.connectNow("tcp://workers.example.org:" + port);
        push.send("hello").block(TIMEOUT);
        assertThat(Sockets.receive(pull)).isEqualTo("hello");
    }

    @Test
    void triesTheNextAddressWhenTheFirstIsDead() {
        assertReached(push(new Names(attempt -> List.of(DEAD, ALIVE), NOW)));

        assertThat(asked).hasValue(1);
    }

    @Test
    void asksAnewAtEachAttempt() {
        assertReached(push(new Names(attempt -> List.of(attempt < 3 ? DEAD : ALIVE), NOW)));

        assertThat(asked).hasValue(4);
    }

    @Test
    void goesOnUntilTheNameIsKnown() {
        PushSocket push = push(new Names(attempt -> attempt < 3 ? List.of() : List.of(ALIVE), NOW));

        StepVerifier.create(push.monitor().ofType(MonitorEvent.Retrying.class).take(3))
                .then(() -> assertReached(push))
                .thenConsumeWhile(told -> told.cause() instanceof UnknownHostException)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void givesUpALookUpThatTakesTooLong() {
        ZmtpClient client = ZmtpClient.create()
                .socketType(SocketType.PUSH)
                .connectTimeout(Duration.ofMillis(100))
                .resolver(new Names(attempt -> null, NOW));

        StepVerifier.create(client.connect("tcp://workers.example.org:" + port))
                .expectErrorSatisfies(failed -> assertThat(failed)
                        .isInstanceOf(IOException.class)
                        .hasMessage("tcp://workers.example.org:" + port
                                + ": expected an address of workers.example.org within PT0.1S, but its look-up did"
                                + " not end"))
                .verify(TIMEOUT);
    }

    @Test
    void asksAnewAfterALookUpThatNeverEnded() {
        assertReached(push(new Names(attempt -> attempt < 2 ? null : List.of(ALIVE), NOW), Duration.ofMillis(100)));

        assertThat(asked).hasValue(3);
    }

    /** The limit holds for each address, or those behind a silent one would never have their turn. */
    @Test
    void triesTheNextAddressWhenTheFirstIsSilent() throws IOException {
        try (ServerSocket silent = new ServerSocket(port, 1, InetAddress.getByName(DEAD))) {
            List<Socket> backlog = fill(silent);
            assertReached(push(new Names(attempt -> List.of(DEAD, ALIVE), NOW), Duration.ofSeconds(1)));
            for (Socket socket : backlog) {
                socket.close();
            }
        }
        assertThat(asked).hasValue(1);
    }

    /** What dials now is neither accepted nor refused. */
    private static List<Socket> fill(ServerSocket silent) throws IOException {
        List<Socket> backlog = new ArrayList<>();
        while (true) {
            Socket socket = new Socket();
            backlog.add(socket);
            try {
                socket.connect(silent.getLocalSocketAddress(), 500);
            } catch (SocketTimeoutException full) {
                return backlog;
            }
        }
    }

    @Test
    void followsANameToItsNextAddressWhenTheConnectionIsLost() {
        AtomicInteger life = new AtomicInteger();
        PullSocket second = sockets.add(PullSocket.create());
        second.bindNow("tcp://127.0.0.3:" + port);
        PushSocket push = push(new Names(attempt -> List.of(life.get() == 0 ? ALIVE : "127.0.0.3"), NOW));
        assertReached(push);

        life.set(1);
        pull.dispose();
        Sockets.awaitPeers(push, 0);
        push.send("moved").block(TIMEOUT);

        assertThat(Sockets.receive(second)).isEqualTo("moved");
    }

    /** On the same event loop. */
    @Test
    void aSlowAnswerHoldsUpNobodyElse() {
        LoopResources one = LoopResources.create("one", 1, true);
        Sinks.Empty<Void> answer = Sinks.empty();
        try {
            PushSocket slow = sockets.add(PushSocket.create(options -> options.runOn(one)
                    .client(client -> client.resolver(new Names(attempt -> List.of(ALIVE), answer.asMono())))));
            PushSocket other = sockets.add(PushSocket.create(options -> options.runOn(one)));
            slow.connectNow("tcp://workers.example.org:" + port);
            slow.send("slow").block(TIMEOUT);
            other.connectNow("tcp://" + ALIVE + ":" + port);
            other.send("other").block(TIMEOUT);

            assertThat(Sockets.receive(pull)).isEqualTo("other");
            answer.tryEmitEmpty();
            assertThat(Sockets.receive(pull)).isEqualTo("slow");
            slow.close().then(other.close()).block(TIMEOUT);
        } finally {
            one.dispose();
        }
    }
}
