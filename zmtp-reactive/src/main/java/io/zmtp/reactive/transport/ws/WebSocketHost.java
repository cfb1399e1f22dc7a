package io.zmtp.reactive.transport.ws;

import java.net.BindException;
import reactor.core.Disposable;

/**
 * A web server of somebody else's that upgrades requests, and hands the WebSockets to the sockets that are bound to its paths, as
 * {@code ws:/path}. Above the frames all is as over {@code ws://host:port/path}.
 *
 * <pre>{@code
 * PubSocket ticks = PubSocket.create(options -> options.server(server -> server.webSocketHost(host)));
 * ticks.bind("ws:/ticks").block();
 * }</pre>
 *
 * @since 0.1
 */
@FunctionalInterface
public interface WebSocketHost {

    /**
     * Begins to serve a path.
     *
     * @param path with its slash at the front, as it was bound
     * @param acceptor what each request for it is to be given to
     * @return frees the path; WebSockets that are open stay open
     * @throws BindException if the path is not free
     */
    Disposable serve(String path, WebSocketAcceptor acceptor) throws BindException;
}
