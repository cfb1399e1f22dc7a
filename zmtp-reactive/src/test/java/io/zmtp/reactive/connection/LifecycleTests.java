package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.Pair.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A connection goes through its states in their order, and never back, whatever still comes. */
class LifecycleTests {

    private final List<ConnectionState> seen = new CopyOnWriteArrayList<>();
    private final CompletableFuture<ZmtpConnection> begun = new CompletableFuture<>();
    private final CompletableFuture<Closed> ended = new CompletableFuture<>();
    private final List<Closed> ends = new CopyOnWriteArrayList<>();
    private final RawListener listener = RawPeer.listen();
    private final CompletableFuture<ZmtpConnection> connected = ZmtpClient.create()
            .socketType(SocketType.PUSH)
            .doOnInit(connection -> {
                note(connection);
                connection.channel().closeFuture().addListener(closed -> note(connection));
                begun.complete(connection);
            })
            .doOnConnected(this::note)
            .doOnReady(this::note)
            .doOnDisconnected((connection, closed) -> {
                note(connection);
                ends.add(closed);
                ended.complete(closed);
            })
            .connect(listener.endpoint())
            .toFuture();
    private final RawPeer peer = listener.accept();
    private final ZmtpConnection connection = Pair.get(begun);

    @AfterEach
    void close() {
        connection.dispose();
        peer.close();
        listener.close();
    }

    private void note(ZmtpConnection of) {
        seen.add(stateOf(of));
    }

    private static ConnectionState stateOf(ZmtpConnection connection) {
        return ((Lifecycle) connection.channel().attr(Acceptor.WAITING).get()).state();
    }

    /** How far the peer lets the connection come, and what it does for that. */
    private enum Reached {
        GREETING(ConnectionState.GREETING, (peer, connected) -> peer.expectGreeting()),
        HANDSHAKING(
                ConnectionState.HANDSHAKING,
                (peer, connected) -> peer.sendGreeting("NULL", false, 1).expectCommand("READY")),
        OPEN(ConnectionState.OPEN, (peer, connected) -> {
            peer.sendReady("PULL");
            Pair.get(connected);
        });

        final ConnectionState state;
        final BiConsumer<RawPeer, CompletableFuture<ZmtpConnection>> step;

        Reached(ConnectionState state, BiConsumer<RawPeer, CompletableFuture<ZmtpConnection>> step) {
            this.state = state;
            this.step = step;
        }
    }

    private void reach(Reached last) {
        for (Reached next : EnumSet.range(Reached.GREETING, last)) {
            next.step.accept(peer, connected);
            assertThat(stateOf(connection)).isEqualTo(next.state);
        }
    }

    @Test
    void goesThroughItsStatesInTheirOrder() {
        reach(Reached.OPEN);
        connection.dispose();
        assertThat(Pair.get(ended).reason()).isEqualTo(Reason.LOCAL);
        assertThat(seen)
                .containsExactly(
                        ConnectionState.OPENING,
                        ConnectionState.OPENING,
                        ConnectionState.HANDSHAKING,
                        ConnectionState.CLOSING,
                        ConnectionState.CLOSED);
    }

    @ParameterizedTest
    @EnumSource
    void endsFromWhereverItIs(Reached reached) {
        reach(reached);
        connection.dispose();
        assertThat(Pair.get(ended)).isEqualTo(new Closed(Reason.LOCAL, null, 0, 0));
        assertThat(seen).endsWith(ConnectionState.CLOSING, ConnectionState.CLOSED);
        if (reached != Reached.OPEN) {
            StepVerifier.create(Mono.fromFuture(connected))
                    .expectError(ZmtpClosedException.class)
                    .verify(TIMEOUT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsWithThePeerWhereverItIs(Reached reached) {
        reach(reached);
        peer.close();
        assertThat(Pair.get(ended).reason()).isIn(Reason.PEER, Reason.IO); // a reset if something of ours is unread
        assertThat(stateOf(connection)).isEqualTo(ConnectionState.CLOSED);
    }

    @ParameterizedTest
    @EnumSource
    void endsWithThePeersStreamWhereverItIs(Reached reached) {
        reach(reached);
        peer.shutdownOutput();
        assertThat(Pair.get(ended)).isEqualTo(new Closed(Reason.PEER, null, 0, 0));
        assertThat(seen).endsWith(ConnectionState.CLOSED);
    }

    @Test
    void theFirstReasonStays() {
        reach(Reached.OPEN);
        IllegalStateException first = new IllegalStateException("the first");
        onLoop(() -> {
            ((ChannelConnection) connection).fail(first);
            ((ChannelConnection) connection).fail(new IllegalStateException("the second"));
            connection.close().subscribe();
        });
        assertThat(Pair.get(ended)).isEqualTo(new Closed(Reason.LOCAL, first, 0, 0));
        assertThat(connection.error()).containsSame(first);
    }

    @Test
    void endsOnce() {
        reach(Reached.OPEN);
        connection.dispose();
        Pair.get(ended);
        connection.dispose();
        connection.close().block(TIMEOUT);
        Pair.settle(connection);
        assertThat(stateOf(connection)).isEqualTo(ConnectionState.CLOSED);
        assertThat(ends).hasSize(1);
    }

    @Test
    void aGreetingThatComesAfterTheEndBeganChangesNothing() {
        reach(Reached.GREETING);
        assertChangesNothing(RawPeer.greeting("NULL", false, 1));
    }

    @Test
    void aHandshakeThatIsThroughAfterTheEndBeganChangesNothing() {
        reach(Reached.HANDSHAKING);
        assertChangesNothing(
                RawPeer.command("READY", RawPeer.property("Socket-Type", new byte[] {'P', 'U', 'L', 'L'})));
    }

    @Test
    void aPingThatComesAfterTheEndBeganChangesNothing() {
        reach(Reached.OPEN);
        assertChangesNothing(RawPeer.command("PING", new byte[2]));
    }

    @Test
    void aBrokenFrameThatComesAfterTheEndBeganChangesNothing() {
        reach(Reached.OPEN);
        assertChangesNothing(new byte[] {5, 1, 'x'});
    }

    /** Has octets come when it is known that the connection ends, and the channel is closing. */
    private void assertChangesNothing(byte[] late) {
        List<ConnectionState> then = new ArrayList<>();
        Channel channel = connection.channel();
        channel.closeFuture().addListener(closed -> {
            channel.pipeline().fireChannelRead(Unpooled.wrappedBuffer(late));
            then.add(stateOf(connection));
        });
        connection.dispose();
        assertThat(Pair.get(ended)).isEqualTo(new Closed(Reason.LOCAL, null, 0, 0));
        assertThat(then).containsExactly(ConnectionState.CLOSING);
        assertThat(seen).endsWith(ConnectionState.CLOSING, ConnectionState.CLOSED);
    }

    private void onLoop(Runnable action) {
        connection.channel().eventLoop().execute(action);
    }
}
