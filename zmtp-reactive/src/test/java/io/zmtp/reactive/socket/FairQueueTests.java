package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.pipe.InprocPipe;
import io.zmtp.reactive.routing.FairQueue;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which pipe is next. */
class FairQueueTests {

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private InprocPipe pipe(ZmtpSocket socket) {
        return new InprocPipe(
                socket.endpoints.owner,
                socket.options.toInproc(socket.type),
                Endpoint.parse("inproc://fair-queue-tests"),
                false,
                () -> {});
    }

    /** As when a peer takes over the name of one that has just gone by itself. */
    @Test
    void nobodyWaitsForAPipeThatHasGoneBeforeItWasSaidToEnd() {
        PullSocket socket = sockets.open(PullSocket::create);
        FairQueue<Message> queue = socket.fairQueue((pipe, item) -> (Message) item);
        InprocPipe gone = pipe(socket);
        InprocPipe next = pipe(socket);
        queue.joined(gone);

        queue.departed(gone);
        queue.ends(gone);
        queue.joined(next);
        next.keep(List.of(Message.of("1")), next.self());
        queue.arrived(next);

        assertThat(queue.next()).isEqualTo(Message.of("1"));
    }

    /** As within a process, where a peer's end may overtake the news of its coming. */
    @Test
    void aPipeThatEndedBeforeItJoinedDoesNotWaitForItself() {
        PullSocket socket = sockets.open(PullSocket::create);
        FairQueue<Message> queue = socket.fairQueue((pipe, item) -> (Message) item);
        InprocPipe early = pipe(socket);
        early.keep(List.of(Message.of("1")), early.self());

        queue.departed(early);
        queue.joined(early);
        queue.arrived(early);

        assertThat(queue.next()).isEqualTo(Message.of("1"));
    }
}
