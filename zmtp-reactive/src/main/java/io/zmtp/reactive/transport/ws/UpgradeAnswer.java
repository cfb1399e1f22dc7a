package io.zmtp.reactive.transport.ws;

import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Flux;

/**
 * What a {@link WebSocketAcceptor} says to a request.
 *
 * @since 0.1
 */
public sealed interface UpgradeAnswer {

    /**
     * The request is to be accepted with 101.
     *
     * @param subprotocol for {@code Sec-WebSocket-Protocol}
     * @param connect takes, once, the frames of the peer, and returns those for it. Both ways demand is the flow control: no
     *     frame is asked for while nobody wants one, and none is emitted that was not asked for. What the peer sends may be in
     *     fragments; it includes its PINGs and PONGs if the server hands them over, and the CLOSE if there is one. What goes to
     *     the peer is whole messages, PINGs and PONGs, and as the last a CLOSE, with a code and a reason; or it fails, and the
     *     WebSocket is to be cut. When these have ended, no more is asked for, and the host is to end what it
     *     gave. Cancelling them means that the peer has gone: what it had sent is still asked for, as it is wanted, and the
     *     host is to end that as well. The buffers belong to the one that gets them
     */
    record Accept(String subprotocol, Function<Flux<WebSocketFrame>, Flux<WebSocketFrame>> connect)
            implements UpgradeAnswer {}

    /**
     * The request is to be refused.
     *
     * @param status of HTTP
     * @param sentence for people, as the body
     */
    record Refuse(int status, String sentence) implements UpgradeAnswer {

        /** {@return the same, for the socket that is bound to the path} */
        public ZmtpHandshakeException failure() {
            return new ZmtpHandshakeException(status == 426 ? Failure.VERSION : Failure.MALFORMED, sentence);
        }

        /** {@return the header fields that belong to the status} */
        public Map<String, String> headers() {
            return switch (status) {
                case 401 -> Map.of("WWW-Authenticate", "Bearer");
                case 405 -> Map.of("Allow", "GET");
                case 426 -> Map.of("Upgrade", "websocket", "Sec-WebSocket-Version", "13");
                default -> Map.of();
            };
        }
    }
}
