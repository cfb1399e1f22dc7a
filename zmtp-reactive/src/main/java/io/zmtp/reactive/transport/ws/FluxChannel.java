package io.zmtp.reactive.transport.ws;

import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.zmtp.reactive.Printable;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/**
 * A channel between two publishers: it reads the frames of the one, and writes to the other. It asks for a frame when it is
 * asked to read, and writes what is asked for; so demand goes through, both ways. Internal.
 */
public final class FluxChannel extends AbstractChannel {

    private static final ChannelMetadata METADATA = new ChannelMetadata(false);

    private final ChannelConfig config = new DefaultChannelConfig(this);
    private final Flux<WebSocketFrame> in;
    private final Incoming incoming = new Incoming();
    private final OutgoingFrames outgoing = new OutgoingFrames(this::resume, this::cancelled);
    private final @Nullable SocketAddress remote;

    /** What is said last, if it is not said yet. */
    private @Nullable CloseWebSocketFrame farewell = new CloseWebSocketFrame(CloseStatus.TRY_AGAIN, "no place now");

    private volatile boolean open = true;

    /** Whether nobody takes what it writes, maybe since before it had an event loop. */
    private volatile boolean gone;

    private boolean subscribed;
    private boolean asked;
    private boolean writes;

    /** Makes one that is not registered yet. */
    public FluxChannel(Flux<WebSocketFrame> in, @Nullable SocketAddress remote) {
        super(null);
        this.in = in;
        this.remote = remote;
        config.setAutoRead(false); // what comes waits for a handler
    }

    /** What it writes; for one subscriber. */
    public Flux<WebSocketFrame> frames() {
        return outgoing;
    }

    /** Begins to be what comes in, or closes if the peer has gone already; on the event loop. */
    public void start() {
        if (gone) {
            unsafe().close(voidPromise());
        } else {
            in.subscribe(incoming);
        }
    }

    // ---- in

    private final class Incoming extends BaseSubscriber<WebSocketFrame> {

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            onLoop(() -> {
                subscribed = true;
                if (asked) {
                    request(1);
                }
            });
        }

        @Override
        protected void hookOnNext(WebSocketFrame frame) {
            onLoop(() -> arrived(frame));
        }

        @Override
        protected void hookOnComplete() {
            onLoop(() -> unsafe().close(voidPromise()));
        }

        @Override
        protected void hookOnError(Throwable failure) {
            onLoop(() -> failed(failure));
        }
    }

    private void onLoop(Runnable signal) {
        if (eventLoop().inEventLoop()) {
            signal.run();
        } else {
            eventLoop().execute(signal);
        }
    }

    private void arrived(WebSocketFrame frame) {
        asked = false;
        if (open) {
            pipeline().fireChannelRead(frame);
            pipeline().fireChannelReadComplete();
        } else {
            frame.release();
        }
    }

    private void failed(Throwable failure) {
        if (open) {
            Throwable shown = failure instanceof IOException
                    ? failure
                    : new IOException(
                            "the web server's WebSocket failed: " + Printable.of(failure.toString()), failure);
            pipeline().fireExceptionCaught(shown);
            unsafe().close(voidPromise());
        }
    }

    @Override
    protected void doBeginRead() {
        if (!asked) {
            asked = true;
            if (subscribed) {
                eventLoop().execute(() -> incoming.request(1)); // later, as what comes of it may ask to read again
            }
        }
    }

    // ---- out

    private void resume() {
        if (isRegistered() && !(writes && eventLoop().inEventLoop())) {
            eventLoop().execute(() -> ((FluxUnsafe) unsafe()).resume());
        }
    }

    /** The peer has gone. What it had sent is still to be read; then what comes in ends, and this closes. */
    private void cancelled() {
        gone = true;
    }

    @Override
    protected Object filterOutboundMessage(Object message) {
        if (message instanceof CloseWebSocketFrame last && farewell != null) {
            farewell.release();
            farewell = last.copy(); // which is said even if what is before it is not taken
        }
        return message;
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer waiting) {
        writes = true;
        try {
            while (waiting.current() instanceof WebSocketFrame frame && outgoing.isWanted()) {
                if (frame instanceof CloseWebSocketFrame && farewell != null) {
                    farewell.release();
                    farewell = null;
                }
                frame.retain();
                waiting.remove();
                outgoing.emit(frame);
            }
        } finally {
            writes = false;
        }
    }

    private final class FluxUnsafe extends AbstractUnsafe {

        @Override
        public void connect(SocketAddress to, SocketAddress local, ChannelPromise promise) {
            promise.setFailure(new UnsupportedOperationException("expected no connect, but it is connected already"));
        }

        void resume() {
            if (open) {
                flush0();
            }
        }
    }

    @Override
    protected void doClose() {
        open = false;
        outgoing.end(farewell);
        if (gone) {
            incoming.cancel(); // else hosts would take that for the end, before the farewell is out
        }
    }

    // ---- what else Netty asks

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new FluxUnsafe();
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected void doBind(SocketAddress local) {
        throw new UnsupportedOperationException("expected no bind, as it has no address");
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        return null;
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        return remote;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open && isRegistered();
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }
}
