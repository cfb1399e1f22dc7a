package io.zmtp.reactive.connection;

import io.zmtp.reactive.Endpoint;
import java.util.List;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * An endpoint that is bound and accepts connections, made by {@link ZmtpServer#bind}. Any thread may call. {@code dispose()}
 * stops listening, and removes the file of an ipc endpoint; open connections stay open.
 *
 * @since 0.1
 */
public interface Binding extends Disposable {

    /** {@return the endpoint that is bound, with the port, or the path of ipc, that was picked} */
    Endpoint endpoint();

    /** {@return the connections that are open now, after their handshakes; a copy} */
    List<ZmtpConnection> connections();

    /** {@return completes when it no longer listens} */
    Mono<Void> onDispose();
}
