package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.connection.ZmtpClient;
import io.zmtp.reactive.connection.ZmtpConnection;
import io.zmtp.reactive.endpoint.SocketEndpoint;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import io.zmtp.reactive.transport.DatagramSender;
import io.zmtp.reactive.transport.Loops;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** Nothing remembers who has stopped waiting, and no error comes to nobody. */
class CancelledWaitersTests {

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private final List<Throwable> dropped = new CopyOnWriteArrayList<>();

    @AfterEach
    void reset() {
        Hooks.resetOnErrorDropped();
    }

    private static <T> WeakReference<Object> cancelled(Mono<T> waited) {
        BaseSubscriber<T> subscriber = new BaseSubscriber<>() {};
        waited.subscribe(subscriber);
        subscriber.cancel();
        return new WeakReference<>(subscriber);
    }

    private static void assertForgotten(WeakReference<Object> subscriber) {
        Boolean gone = Flux.interval(Duration.ZERO, Duration.ofMillis(20))
                .onBackpressureDrop()
                .doOnNext(tick -> System.gc())
                .map(tick -> subscriber.get() == null)
                .any(collected -> collected)
                .timeout(Duration.ofSeconds(5), Mono.just(false))
                .block(TIMEOUT);
        assertThat(gone).as("collected").isTrue();
    }

    private ZmtpConnection stuck() {
        RawListener listener = RawPeer.listen();
        sockets.add(listener::close);
        CompletableFuture<ZmtpConnection> opened = ZmtpClient.create()
                .socketType(SocketType.PAIR)
                .connect(listener.endpoint())
                .toFuture();
        RawPeer peer = listener.accept();
        sockets.add(peer::close);
        peer.handshakeNull("PAIR");
        ZmtpConnection connection = sockets.add(opened.join());
        connection.pause();
        return connection;
    }

    @Test
    void ofAConnectionsFlush() {
        ZmtpConnection connection = stuck();
        connection.write(Message.of("m"));
        assertForgotten(cancelled(connection.flush()));
    }

    @Test
    void ofAStreamThatWaitsToBeWritten() {
        ZmtpConnection connection = stuck();
        assertForgotten(cancelled(connection.send(Flux.just(Message.of("m")))));
    }

    private PushSocket push(String endpoint) {
        PushSocket push = sockets.open(PushSocket::create);
        push.connectNow(endpoint);
        push.send("m").block(TIMEOUT);
        return push;
    }

    @Test
    void ofASocketsFlush() {
        assertForgotten(cancelled(push("ipc://@nobody-listens-here").flush()));
    }

    @Test
    void ofAFlushWithinTheProcess() {
        assertForgotten(cancelled(push("inproc://nobody-listens-here").flush()));
    }

    @Test
    void ofTheEndOfADatagramSender() {
        DatagramSender sender =
                sockets.add(DatagramSender.connect(Endpoint.parse("udp://127.0.0.1:9"), Loops.SHARED, Map.of(), 10)
                        .block(TIMEOUT));
        assertForgotten(cancelled(sender.onClose()));
    }

    @Test
    void ofSubscribersThatAPublisherAwaits() {
        PubSocket pub = sockets.open(PubSocket::create);
        assertForgotten(cancelled(pub.awaitSubscribers(Bytes.utf8("topic"), 1)));
    }

    @Test
    void ofASocketsEnd() {
        assertForgotten(cancelled(sockets.open(PullSocket::create).onClose()));
    }

    /** Closing the pipes ends what still waits, and by then the linger time may be over. */
    @Test
    void anErrorBehindTheLingerTimeIsNoNews() {
        Hooks.onErrorDropped(dropped::add);
        Late late = new Late();
        late.close(Duration.ofMillis(10), lost -> {}).block(TIMEOUT);
        late.leaving.onError(new IllegalStateException("the connection has ended"));
        assertThat(dropped).isEmpty();
    }

    /** An endpoint whose connection ends with an error when nobody waits for it any more. */
    private static final class Late extends SocketEndpoint {

        CoreSubscriber<? super Void> leaving;

        @Override
        public Endpoint endpoint() {
            return Endpoint.parse("tcp://127.0.0.1:9");
        }

        @Override
        public boolean isBound() {
            return false;
        }

        @Override
        public Mono<Void> leave() {
            return new Mono<>() {
                @Override
                public void subscribe(CoreSubscriber<? super Void> actual) {
                    leaving = actual;
                    actual.onSubscribe(Operators.emptySubscription());
                }
            };
        }

        @Override
        public Closed drop(ZmtpClosedException reason) {
            return reason.closed();
        }

        @Override
        public Mono<Void> onEnd() {
            return Mono.empty();
        }
    }
}
