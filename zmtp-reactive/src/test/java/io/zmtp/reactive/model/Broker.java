package io.zmtp.reactive.model;

import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.reactive.socket.Sender;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.socket.XPubSocket;
import io.zmtp.reactive.socket.XSubSocket;
import io.zmtp.reactive.socket.ZmtpProxy;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/** Two sockets that bind, and the proxy between them; one such pair after another. The play's own thread calls. */
final class Broker {

    /** What is between the two sides. */
    enum Kind {
        STREAMER,
        FORWARDER,
        QUEUE
    }

    /** Where those that send connect to. */
    static final String FRONT = "F";

    /** Where those that receive connect to. */
    static final String BACK = "B";

    private final Kind kind;
    private final Stage stage;
    private final UnaryOperator<SocketOptions> options;
    private final Consumer<String> faults;
    private final List<ZmtpSocket> fronts = new ArrayList<>();
    private final List<ZmtpSocket> backs = new ArrayList<>();
    private ZmtpProxy proxy;

    /** Opens the first pair. */
    Broker(Kind kind, Stage stage, UnaryOperator<SocketOptions> options, Consumer<String> faults) {
        this.kind = kind;
        this.stage = stage;
        this.options = basic -> options.apply(stage.secure(basic, true));
        this.faults = faults;
        this.proxy = begin();
    }

    private ZmtpProxy begin() {
        ZmtpProxy begun = open();
        begun.run().subscribe(nothing -> {}, failure -> faults.accept("the proxy failed: " + failure));
        stage.bind(FRONT, front());
        stage.bind(BACK, back());
        return begun;
    }

    private ZmtpProxy open() {
        switch (kind) {
            case STREAMER -> {
                PullSocket front = PullSocket.create(options);
                PushSocket back = PushSocket.create(options);
                add(front, back);
                return ZmtpProxy.forward(front, back);
            }
            case FORWARDER -> {
                XSubSocket front = XSubSocket.create(options);
                XPubSocket back = XPubSocket.create(options);
                add(front, back);
                return ZmtpProxy.between(front, back);
            }
            case QUEUE -> {
                RouterSocket front = RouterSocket.create(options);
                DealerSocket back = DealerSocket.create(options);
                add(front, back);
                return ZmtpProxy.between(front, back);
            }
        }
        throw new AssertionError(kind);
    }

    private void add(ZmtpSocket front, ZmtpSocket back) {
        fronts.add(front);
        backs.add(back);
    }

    ZmtpSocket front() {
        return fronts.get(fronts.size() - 1);
    }

    ZmtpSocket back() {
        return backs.get(backs.size() - 1);
    }

    List<ConnectedPeer> peers() {
        List<ConnectedPeer> all = new ArrayList<>(front().peers());
        all.addAll(back().peers());
        return all;
    }

    /** Passes nothing on for a while, or goes on. */
    void pauseOrResume() {
        if (proxy.isPaused()) {
            proxy.resume();
        } else {
            proxy.pause();
        }
    }

    void resume() {
        proxy.resume();
    }

    /** Goes, and another one comes. */
    void renew() {
        end();
        proxy = begin();
    }

    /** Has everything written that it has accepted. */
    Mono<Void> flush() {
        return ((Sender) back()).flush();
    }

    /** Goes. */
    void end() {
        proxy.dispose();
        front().close().block(Expect.TIMEOUT);
        back().close().block(Expect.TIMEOUT);
    }

    /** What was dropped before, and what behind the proxy. */
    long dropped(boolean before) {
        return (before ? fronts : backs).stream().mapToLong(Player::sum).sum();
    }

    String drops() {
        return "broker " + fronts.stream().map(ZmtpSocket::drops).toList()
                + backs.stream().map(ZmtpSocket::drops).toList();
    }
}
