package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;

/** The sockets of a test, quick to connect again; closed after it. */
final class OpenSockets implements AfterEachCallback {
    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private Disposable.Composite open = Disposables.composite();

    <S extends ZmtpSocket> S open(Function<UnaryOperator<SocketOptions>, S> type) {
        return open(type, options -> options);
    }

    <S extends ZmtpSocket> S open(
            Function<UnaryOperator<SocketOptions>, S> type, UnaryOperator<SocketOptions> options) {
        S socket = type.apply(all -> options.apply(all.reconnect(Duration.ofMillis(20))));
        open.add(socket);
        return socket;
    }

    static Flux<String> texts(Receiver receiver) {
        return receiver.receive().map(Message::text);
    }

    /** What is dropped for this reason from now on; subscribe before. */
    static Flux<MonitorEvent.Dropped> drops(ZmtpSocket socket, DropReason reason) {
        return socket.monitor().ofType(MonitorEvent.Dropped.class).filter(dropped -> dropped.reason() == reason);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        open.dispose();
        open = Disposables.composite();
    }
}
