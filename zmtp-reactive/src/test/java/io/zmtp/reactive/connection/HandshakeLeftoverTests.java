package io.zmtp.reactive.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.Credentials;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.mechanism.PlainMechanism;
import io.zmtp.reactive.mechanism.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Handshakes that succeed and handshakes that are refused, of all mechanisms, thousands of them: nothing is left. */
@EnabledOnOs(OS.LINUX)
class HandshakeLeftoverTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int MANY = 2000;
    private static final int AT_ONCE = 16;
    private static final int MIB = 1 << 20;
    private static final KeyPair SERVER = KeyPair.generate();
    private static final KeyPair KNOWN = KeyPair.generate();

    private final Binding open = bind(NullMechanism.create());
    private final Binding plain = bind(PlainMechanism.server(HandshakeLeftoverTests::check));
    private final Binding curve =
            bind(CurveMechanism.server(SERVER, Authenticator.publicKeys(Set.of(KNOWN.publicKey()))));
    private final AtomicInteger through = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    /** In turn one that gets through and one that does not. */
    private final List<Mono<ZmtpConnection>> ways = List.of(
            connect(open, SocketType.PUSH, NullMechanism.create()),
            connect(open, SocketType.SUB, NullMechanism.create()),
            connect(plain, SocketType.PUSH, PlainMechanism.client("user", "right")),
            connect(plain, SocketType.PUSH, PlainMechanism.client("user", "wrong")),
            connect(curve, SocketType.PUSH, CurveMechanism.client(SERVER.publicKey(), KNOWN)),
            connect(curve, SocketType.PUSH, CurveMechanism.client(SERVER.publicKey(), KeyPair.generate())));

    @AfterEach
    void close() {
        open.dispose();
        plain.dispose();
        curve.dispose();
    }

    private static Binding bind(Mechanism mechanism) {
        return Rig.pull().mechanism(mechanism).bindNow("tcp://127.0.0.1:*");
    }

    private static Mono<ZmtpConnection> connect(Binding server, SocketType type, Mechanism mechanism) {
        return ZmtpClient.create().socketType(type).mechanism(mechanism).connect(server.endpoint());
    }

    private static Mono<Verdict> check(Credentials credentials) {
        return Mono.just(Bytes.utf8("right").equals(credentials.password()) ? Verdict.accept() : Verdict.refuse("no"));
    }

    private void shakeHands(int times) {
        Flux.range(0, times)
                .flatMap(i -> ways.get(i % ways.size()).flatMap(this::end).onErrorResume(this::isRefused), AT_ONCE)
                .blockLast(TIMEOUT);
    }

    private Mono<Void> end(ZmtpConnection connection) {
        through.incrementAndGet();
        connection.dispose();
        return connection.onClose().then();
    }

    private Mono<Void> isRefused(Throwable why) {
        assertThat(why).isInstanceOf(ZmtpHandshakeException.class);
        refused.incrementAndGet();
        return Mono.empty();
    }

    private static long descriptors() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long directMemory() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    @Test
    void nothingIsLeftOfThousandsOfHandshakes() {
        shakeHands(MANY / 10);
        long descriptors = descriptors();
        int threads = Thread.getAllStackTraces().size();
        long directMemory = directMemory();
        through.set(0);
        refused.set(0);

        shakeHands(MANY);

        assertThat(through.get() + refused.get()).isEqualTo(MANY);
        assertThat(through.get() - refused.get()).isBetween(0, 2);
        Flux.interval(Duration.ofMillis(20))
                .filter(tick -> descriptors() <= descriptors + 5)
                .blockFirst(TIMEOUT);
        assertThat(Thread.getAllStackTraces().size()).isLessThanOrEqualTo(threads + 6);
        assertThat(directMemory()).isLessThanOrEqualTo(directMemory + MIB);
        assertThat(open.connections()).isEmpty();
        assertThat(plain.connections()).isEmpty();
        assertThat(curve.connections()).isEmpty();
    }
}
