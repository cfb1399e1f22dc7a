package io.zmtp.reactive.transport.ws;

import reactor.core.publisher.Mono;

/**
 * What is bound to a path of a {@link WebSocketHost}: decides on requests, and takes the WebSockets. Any thread may call.
 *
 * @since 0.1
 */
public interface WebSocketAcceptor {

    /**
     * Decides on a GET for the path.
     *
     * @param request as it came, with the user that the host took the peer for
     * @return emits one answer; does not fail. Its header fields, the subprotocol, the limits on connections and the server's
     *     {@code upgrade} are looked at. Not so {@code Origin}: which pages may ask is to be decided by the host
     */
    Mono<UpgradeAnswer> ask(UpgradeRequest request);

    /** {@return the most octets of a message, which the host should refuse a larger one by, with 1009, before it has come} */
    int maxFrameSize();
}
