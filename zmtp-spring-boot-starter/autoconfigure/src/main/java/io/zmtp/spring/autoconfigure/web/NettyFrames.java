package io.zmtp.spring.autoconfigure.web;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;
import reactor.netty.http.websocket.WebsocketInbound;
import reactor.netty.http.websocket.WebsocketOutbound;

/**
 * A WebSocket of reactor-netty, as the frames of a socket. Not through a session of WebFlux: that puts fragments together
 * and forgets reserved bits, asks for 128 frames of any size ahead, and waits for a peer that reads nothing.
 */
final class NettyFrames {

    /** How long a peer may take for a CLOSE. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private NettyFrames() {}

    /** Passes both ways until either ends; completes when the WebSocket is closed. */
    static Mono<Void> exchange(
            WebsocketInbound from, WebsocketOutbound to, Function<Flux<WebSocketFrame>, Flux<WebSocketFrame>> socket) {
        AtomicReference<Channel> connection = new AtomicReference<>();
        to.withConnection(known -> {
            connection.set(known.channel());
            known.addHandlerLast(new CloseInOrder());
        });
        Channel channel = Objects.requireNonNull(connection.get());
        Sinks.Empty<Void> over = Sinks.empty();
        Sinks.Empty<Void> read = Sinks.empty();
        Flux<WebSocketFrame> in = from.receiveFrames()
                .map(NettyFrames::own)
                .concatWith(
                        from.receiveCloseStatus().filter(NettyFrames::isSaid).map(NettyFrames::close))
                .takeUntilOther(over.asMono()) // what came and nobody asked for is released
                .doFinally(ended -> read.tryEmitEmpty());
        AtomicReference<WebSocketCloseStatus> end = new AtomicReference<>(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE);
        Flux<WebSocketFrame> out = socket.apply(in).handle((frame, sink) -> {
            if (frame instanceof CloseWebSocketFrame close) {
                end.set(new WebSocketCloseStatus(close.statusCode(), close.reasonText()));
                close.release();
            } else {
                sink.next(frame);
            }
        });
        return Mono.<Void>create(sink -> out.subscribe(new Writer(channel, sink)))
                .onErrorResume(cut -> close(channel))
                .then(Mono.defer(() -> {
                    if (!channel.isActive()) {
                        return read.asMono(); // what came before the peer has gone
                    }
                    WebSocketCloseStatus status = Objects.requireNonNull(end.get());
                    return to.sendClose(status.code(), status.reasonText())
                            .timeout(FAREWELL)
                            .onErrorResume(cut -> close(channel))
                            .doFinally(ended -> over.tryEmitEmpty());
                }));
    }

    private static Mono<Void> close(Channel channel) {
        return Mono.fromRunnable(channel::close);
    }

    /** Reactor-netty releases what it has emitted. */
    private static WebSocketFrame own(WebSocketFrame frame) {
        ByteBuf content = frame.content().retain();
        return frame instanceof PeersClose ? new CloseWebSocketFrame(true, frame.rsv(), content) : frame;
    }

    /** A CLOSE as one of the frames: when reactor-netty sees one, it drops those before it that nobody has asked for yet. */
    private static final class PeersClose extends BinaryWebSocketFrame {

        PeersClose(CloseWebSocketFrame close) {
            super(true, close.rsv(), close.content());
        }
    }

    private static final class CloseInOrder extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.fireChannelRead(message instanceof CloseWebSocketFrame close ? new PeersClose(close) : message);
        }
    }

    /** Whether there was a CLOSE, for which others stand in its place. */
    private static boolean isSaid(WebSocketCloseStatus status) {
        return WebSocketCloseStatus.isValidStatusCode(status.code()) || status.equals(WebSocketCloseStatus.EMPTY);
    }

    private static WebSocketFrame close(WebSocketCloseStatus status) {
        return status.equals(WebSocketCloseStatus.EMPTY)
                ? new CloseWebSocketFrame()
                : new CloseWebSocketFrame(status.code(), status.reasonText());
    }

    /** Asks for a frame when the channel takes one: so no more octets wait than the channel's mark, and one frame. */
    private static final class Writer extends BaseSubscriber<WebSocketFrame> {

        private final Channel channel;
        private final MonoSink<Void> sink;
        private boolean flushes;

        Writer(Channel channel, MonoSink<Void> sink) {
            this.channel = channel;
            this.sink = sink;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            sink.onDispose(this);
            channel.closeFuture().addListener(closed -> {
                cancel();
                sink.success();
            });
            request(1);
        }

        @Override
        protected void hookOnNext(WebSocketFrame frame) {
            if (channel.eventLoop().inEventLoop()) {
                write(frame);
            } else {
                channel.eventLoop().execute(() -> write(frame));
            }
        }

        private void write(WebSocketFrame frame) {
            ChannelFuture written = channel.write(frame);
            if (channel.isWritable()) {
                flushSoon();
                request(1);
            } else {
                channel.flush();
                written.addListener(done -> request(1));
            }
        }

        /** Once for all that is written until the event loop comes to it. */
        private void flushSoon() {
            if (!flushes) {
                flushes = true;
                channel.eventLoop().execute(() -> {
                    flushes = false;
                    channel.flush();
                });
            }
        }

        @Override
        protected void hookOnComplete() {
            sink.success();
        }

        @Override
        protected void hookOnError(Throwable failure) {
            sink.error(failure);
        }
    }
}
