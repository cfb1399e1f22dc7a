package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.connection.Intake;
import io.zmtp.reactive.connection.Line;
import io.zmtp.reactive.connection.ZmtpConnection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A pipe over datagrams: one way, and without a peer that is known. */
abstract class DatagramPipe extends Pipe {

    DatagramPipe(Endpoint endpoint) {
        super(endpoint, true);
    }

    @Override
    boolean offer(Message message) {
        return false;
    }

    @Override
    long room() {
        return 0;
    }

    @Override
    boolean isFlowing() {
        return true;
    }

    @Override
    Intake intake() {
        throw new IllegalStateException(endpoint + ": there is no peer");
    }

    @Override
    void subscribe(Bytes prefix, boolean cancel) {}

    @Override
    void join(Bytes group, boolean leave) {}

    @Override
    Mono<Void> flush() {
        return Mono.empty();
    }

    @Override
    long held() {
        return 0;
    }

    @Override
    List<Message> takeBack() {
        return List.of();
    }

    @Override
    @Nullable
    Object poll() {
        return null;
    }

    @Override
    boolean isEmpty() {
        return true;
    }

    @Override
    long received() {
        return 0;
    }

    @Override
    Line.Unread left() {
        return Line.Unread.NOTHING;
    }

    @Override
    @Nullable
    ZmtpConnection connection() {
        return null;
    }

    @Override
    Mono<Void> leave() {
        return Mono.fromRunnable(this::drop);
    }

    @Override
    void drop() {}

    @Override
    Closed close(ZmtpClosedException reason) {
        drop();
        return new Closed(reason.closed().reason(), null, held(), 0);
    }
}
