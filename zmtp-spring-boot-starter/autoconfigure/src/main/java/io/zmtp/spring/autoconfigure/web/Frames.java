package io.zmtp.spring.autoconfigure.web;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.reactive.socket.CloseStatus;
import org.springframework.web.reactive.socket.WebSocketMessage;
import org.springframework.web.reactive.socket.WebSocketSession;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A session of WebFlux, as the frames of a socket; for other servers than Netty. */
final class Frames {

    private Frames() {}

    /** Passes both ways until either ends; completes when the session is closed. */
    static Mono<Void> exchange(WebSocketSession session, Function<Flux<WebSocketFrame>, Flux<WebSocketFrame>> socket) {
        Flux<WebSocketFrame> in = session.receive()
                .map(Frames::frame)
                .concatWith(session.closeStatus().filter(Frames::isSaid).map(Frames::close));
        AtomicReference<@Nullable CloseStatus> end = new AtomicReference<>();
        Flux<WebSocketMessage> out = socket.apply(in).<WebSocketMessage>handle((frame, sink) -> {
            if (frame instanceof CloseWebSocketFrame close) {
                end.set(new CloseStatus(close.statusCode(), close.reasonText()));
                close.release();
            } else {
                sink.next(message(frame, session.bufferFactory()));
            }
        });
        return session.send(out)
                .onErrorComplete() // the peer has gone, or is to be cut off
                .then(Mono.defer(() -> session.close(Objects.requireNonNullElse(end.get(), CloseStatus.GOING_AWAY))))
                .onErrorComplete();
    }

    // ---- in

    private static WebSocketFrame frame(WebSocketMessage message) {
        ByteBuf payload = octets(message.getPayload());
        return switch (message.getType()) {
            case BINARY -> new BinaryWebSocketFrame(payload);
            case TEXT -> new TextWebSocketFrame(payload);
            case PING -> new PingWebSocketFrame(payload);
            case PONG -> new PongWebSocketFrame(payload);
        };
    }

    private static ByteBuf octets(DataBuffer buffer) {
        byte[] octets = new byte[buffer.readableByteCount()];
        buffer.read(octets);
        DataBufferUtils.release(buffer);
        return Unpooled.wrappedBuffer(octets);
    }

    /** Whether there was a CLOSE, for which others stand in its place. */
    private static boolean isSaid(CloseStatus status) {
        return WebSocketCloseStatus.isValidStatusCode(status.getCode())
                || status.getCode() == CloseStatus.NO_STATUS_CODE.getCode();
    }

    private static WebSocketFrame close(CloseStatus status) {
        return status.getCode() == CloseStatus.NO_STATUS_CODE.getCode()
                ? new CloseWebSocketFrame()
                : new CloseWebSocketFrame(status.getCode(), status.getReason());
    }

    // ---- out

    private static WebSocketMessage message(WebSocketFrame frame, DataBufferFactory factory) {
        WebSocketMessage.Type type = frame instanceof PingWebSocketFrame
                ? WebSocketMessage.Type.PING
                : frame instanceof PongWebSocketFrame ? WebSocketMessage.Type.PONG : WebSocketMessage.Type.BINARY;
        return new WebSocketMessage(type, buffer(frame.content(), factory));
    }

    private static DataBuffer buffer(ByteBuf octets, DataBufferFactory factory) {
        byte[] copy = new byte[octets.readableBytes()]; // of one piece: others would be sent as several messages
        octets.readBytes(copy);
        octets.release();
        return factory.wrap(copy);
    }
}
