package io.zmtp.reactive.endpoint;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.PipeOwner;
import io.zmtp.reactive.pipe.SendQueue;
import io.zmtp.reactive.pipe.Unread;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A pipe over datagrams: one way, and without a peer that is known. */
abstract class DatagramPipe extends Pipe {

    DatagramPipe(PipeOwner owner, Endpoint endpoint) {
        super(owner, endpoint, true);
    }

    @Override
    public boolean offer(Message message) {
        return false;
    }

    @Override
    public long room() {
        return 0;
    }

    @Override
    public boolean isFlowing() {
        return true;
    }

    @Override
    public SendQueue sendQueue() {
        throw new IllegalStateException(endpoint + ": there is no peer");
    }

    @Override
    public void subscribe(Bytes prefix, boolean cancel) {}

    @Override
    public void join(Bytes group, boolean leave) {}

    @Override
    public Mono<Void> flush() {
        return Mono.empty();
    }

    @Override
    public long held() {
        return 0;
    }

    @Override
    public List<Message> takeBack() {
        return List.of();
    }

    @Override
    public @Nullable Object poll() {
        return null;
    }

    @Override
    public boolean isEmpty() {
        return true;
    }

    @Override
    public long received() {
        return 0;
    }

    @Override
    public Unread left() {
        return Unread.NOTHING;
    }

    @Override
    public Mono<Void> leave() {
        return Mono.fromRunnable(this::drop);
    }

    @Override
    public void drop() {}

    @Override
    public Closed close(ZmtpClosedException reason) {
        drop();
        return new Closed(reason.closed().reason(), null, held(), 0);
    }
}
