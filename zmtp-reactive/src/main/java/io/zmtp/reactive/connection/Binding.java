package io.zmtp.reactive.connection;

import io.zmtp.reactive.Endpoint;
import java.util.List;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * An endpoint that is bound and accepts connections; made by {@link ZmtpServer#bind}. Disposing stops listening and
 * removes the file of an ipc endpoint; open connections stay open.
 *
 * @since 0.1
 */
public interface Binding extends Disposable {

    /** What is bound, with the port that was picked. */
    Endpoint endpoint();

    /** The connections whose handshake is through, at this moment. */
    List<ZmtpConnection> connections();

    /** Completes when it no longer listens. */
    Mono<Void> onDispose();
}
