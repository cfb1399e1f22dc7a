package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;

/** Whoever hears that a flush is over, because a peer has left with what waited for it, holds up nobody else. */
class FlushOfThoseWhoLeaveTests {

    private static final String AT = "inproc://flush-of-those-who-leave";

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    /** Has a peer leave, and closes the socket on another thread while the end of its flush is being reported. */
    private static void leave(ZmtpSocket socket, Mono<Void> flush, ZmtpSocket peer) {
        AtomicBoolean isFlushed = new AtomicBoolean();
        AtomicBoolean isHeldUp = new AtomicBoolean();
        flush.subscribe(nothing -> {}, failed -> {}, () -> {
            isFlushed.set(true);
            CountDownLatch closing = new CountDownLatch(1);
            CompletableFuture.runAsync(() -> {
                socket.close().subscribe();
                closing.countDown();
            });
            try {
                isHeldUp.set(!closing.await(5, TimeUnit.SECONDS));
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        });
        assertThat(isFlushed).as("before the peer has left").isFalse();

        peer.dispose();

        assertThat(isFlushed).isTrue();
        assertThat(isHeldUp).isFalse();
    }

    @Test
    void ofAReq() {
        ReqSocket req = sockets.open(ReqSocket::create, SocketOptions::correlate);
        RepSocket rep = sockets.open(RepSocket::create, options -> options.recvHwm(1));
        rep.bindNow(AT);
        req.connectNow(AT);
        Sockets.awaitPeers(req, 1);
        for (int i = 0; i < 5; i++) {
            req.request("?").subscribe(reply -> {}, gone -> {});
        }
        leave(req, req.outgoing().flush(), rep);
    }

    @Test
    void ofARep() {
        RepSocket rep = sockets.open(RepSocket::create);
        DealerSocket dealer = sockets.open(DealerSocket::create, options -> options.recvHwm(1));
        rep.bindNow(AT);
        dealer.connectNow(AT);
        Sockets.awaitPeers(rep, 1);
        for (int i = 0; i < 5; i++) {
            dealer.send(Message.of("", "?")).block(TIMEOUT);
        }
        sockets.add(rep.serve(Mono::just).subscribe());
        leave(rep, rep.outgoing().flush(), dealer);
    }
}
