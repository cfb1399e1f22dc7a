package io.zmtp.spring.autoconfigure.web;

import io.zmtp.reactive.transport.ws.WebSocketAcceptor;
import io.zmtp.reactive.transport.ws.WebSocketHost;
import java.net.BindException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** The paths of the web server that sockets are bound to. */
final class WebPaths implements WebSocketHost {

    private final Map<String, WebSocketAcceptor> paths = new ConcurrentHashMap<>();

    @Override
    public Disposable serve(String path, WebSocketAcceptor acceptor) throws BindException {
        if (paths.putIfAbsent(path, acceptor) != null) {
            throw new BindException("expected a path that is free, but another socket is bound to it already");
        }
        return () -> paths.remove(path, acceptor);
    }

    /** What is bound to a path; null if nothing is. */
    @Nullable
    WebSocketAcceptor at(String path) {
        return paths.get(path);
    }
}
