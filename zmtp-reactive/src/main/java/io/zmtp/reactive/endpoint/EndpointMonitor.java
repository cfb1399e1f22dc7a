package io.zmtp.reactive.endpoint;

import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.connection.ZmtpConnection;
import io.zmtp.reactive.monitor.MonitorEvent;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** To which endpoints report what happens to them, for who watches the socket; any thread. */
public interface EndpointMonitor {

    /** Emits an event. */
    void tell(MonitorEvent event);

    /** There is a transport; TLS, if any, is to come. */
    void began(ZmtpConnection connection);

    /** A transport is open, and its handshake begins. */
    void transport(ZmtpConnection connection);

    /** A connection has ended: if its handshake was not through, that has failed. */
    void ended(ZmtpConnection connection, Closed closed);

    /** A handshake has failed. */
    void handshakeFailed(Endpoint endpoint, @Nullable SocketAddress address, Throwable cause);

    /** A bound endpoint accepts no more for now. */
    void paused(Endpoint endpoint, int connections, int handshakes, long count);

    /** There will be another attempt. */
    void retrying(Endpoint endpoint, Duration delay, int attempt, @Nullable Throwable cause);
}
