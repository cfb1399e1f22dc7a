package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Closed.Initiator;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each way in which a connection ends is told once, and why. */
class EndTests {

    private static final Duration SHORT = Duration.ofMillis(80);

    private enum Way {
        OWN_DISPOSE(Reason.LOCAL, Initiator.LOCAL, null, raw -> raw.connection.dispose()),
        OWN_CLOSE(Reason.LOCAL, Initiator.LOCAL, null, raw -> {
            raw.connection.close().subscribe();
            raw.peer.awaitClosed(TIMEOUT);
            raw.peer.close();
        }),
        PEER_CLOSES(Reason.PEER, Initiator.REMOTE, null, raw -> raw.peer.close()),
        PEER_CUTS_A_MESSAGE(
                Reason.PEER,
                Initiator.REMOTE,
                ZmtpProtocolException.class,
                raw -> raw.peer.write("00 05 'cut'").close()),
        PEER_RESETS(Reason.IO, Initiator.NETWORK, IOException.class, raw -> raw.peer.closeWithReset()),
        PROTOCOL(Reason.PROTOCOL, Initiator.REMOTE, ZmtpProtocolException.class, raw -> raw.peer.write("05 01 'x'")),
        TOO_LARGE(
                Reason.TOO_LARGE,
                Initiator.REMOTE,
                ZmtpProtocolException.class,
                raw -> raw.peer.write("02 00000001 00000000")),
        IDLE(Reason.IDLE, Initiator.LOCAL, IOException.class, raw -> raw.connection.idleTimeout(SHORT)),
        HEARTBEAT(
                Reason.HEARTBEAT,
                Initiator.NETWORK,
                IOException.class,
                raw -> raw.peer.sendCommand("PING", new byte[] {0, 1}));

        final Reason reason;
        final Initiator initiator;
        final Class<? extends Throwable> cause;
        final Consumer<RawPair> act;

        Way(Reason reason, Initiator initiator, Class<? extends Throwable> cause, Consumer<RawPair> act) {
            this.reason = reason;
            this.initiator = initiator;
            this.cause = cause;
            this.act = act;
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void isToldOnceWithItsReason(Way way) {
        List<Closed> heard = new CopyOnWriteArrayList<>();
        try (RawPair raw = RawPair.open(Pair.client().doOnDisconnected((connection, closed) -> heard.add(closed)))) {
            raw.connection.onClose().subscribe(heard::add);
            way.act.accept(raw);
            Closed closed = raw.connection.onClose().block(TIMEOUT);
            raw.connection.dispose();
            Pair.settle(raw.connection);
            Pair.settle(raw.connection);
            assertThat(closed.reason()).isEqualTo(way.reason);
            assertThat(closed.initiator()).isEqualTo(way.initiator);
            assertThat(heard).containsExactly(closed, closed);
            assertThat(raw.connection
                            .error()
                            .map(Throwable::getClass)
                            .map(Object.class::cast)
                            .isPresent())
                    .isEqualTo(way.cause != null);
            raw.connection.error().ifPresent(error -> assertThat(error).isInstanceOf(way.cause));
        }
    }

    @Test
    void tellsAFailedHandshake() {
        CompletableFuture<Closed> heard = new CompletableFuture<>();
        try (RawListener listener = RawPeer.listen()) {
            CompletableFuture<ZmtpConnection> connected = Pair.client()
                    .doOnDisconnected((connection, closed) -> heard.complete(closed))
                    .connect(listener.endpoint())
                    .toFuture();
            try (RawPeer peer = listener.accept()) {
                peer.sendGreeting("CURVE", false, 1);
                assertThat(peer.awaitClosed(TIMEOUT)).isTrue();
            }
            assertThat(Pair.get(heard).reason()).isEqualTo(Reason.HANDSHAKE);
            assertThat(Pair.get(heard).cause()).isInstanceOf(ZmtpHandshakeException.class);
            assertThat(connected).isCompletedExceptionally();
        }
    }

    @Test
    void readsNoFurtherAfterAFailedHandshake() {
        CompletableFuture<Closed> heard = new CompletableFuture<>();
        try (RawListener listener = RawPeer.listen()) {
            Pair.client()
                    .doOnDisconnected((connection, closed) -> heard.complete(closed))
                    .connect(listener.endpoint())
                    .subscribe(connection -> {}, failed -> {});
            try (RawPeer peer = listener.accept()) {
                peer.sendGreeting("CURVE", false, 1);
                byte[] flood = new byte[1 << 20];
                for (int i = 0; i < 100; i++) {
                    peer.write(flood);
                }
            } catch (AssertionError closed) { // after a while it reads no more
                assertThat(closed).hasMessageContaining("cannot write");
            }
            assertThat(Pair.get(heard).reason()).isEqualTo(Reason.HANDSHAKE);
        }
    }
}
