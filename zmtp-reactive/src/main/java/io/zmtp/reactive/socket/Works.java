package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.delivery.Work;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.routing.FairQueue;
import io.zmtp.reactive.routing.Inbox;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** What a socket receives: messages, or work where that is to be done for certain. */
final class Works {

    private final ZmtpSocket socket;
    private final Inbox<Message> messages;
    private final @Nullable Inbox<Work> work;

    Works(ZmtpSocket socket, FairQueue.Reader<Message> reader) {
        this.socket = socket;
        this.messages = socket.newInbox(reader);
        this.work = socket.newWorkInbox(reader);
    }

    Inbox<?> inbox() {
        return work == null ? messages : work;
    }

    Flux<Message> receive() {
        return work == null
                ? messages.receive()
                : Flux.error(() -> new IllegalStateException(socket.type
                        + " socket: expected work() or process(…), as each message must be done at delivery level "
                        + DeliveryLevel.DONE + ", but receive() was subscribed to"));
    }

    Flux<Work> work() {
        return work == null
                ? Flux.error(() -> new IllegalStateException(
                        socket.type + " socket: expected receive(), as work() needs" + " delivery level "
                                + DeliveryLevel.DONE + ", but it is " + socket.options.delivery.level()))
                : work.receive();
    }

    /** The message that a pipe has brought. */
    static @Nullable Message message(Pipe pipe, Object item) {
        return item instanceof Message message ? message : null;
    }
}
