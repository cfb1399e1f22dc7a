package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.delivery.Work;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.routing.AcknowledgingInbox;
import io.zmtp.reactive.routing.FairQueue;
import io.zmtp.reactive.routing.Inbox;
import io.zmtp.reactive.routing.Memories;
import io.zmtp.reactive.routing.Receipts;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** What a socket receives, and acknowledges if it has to: messages, or work where that is to be done for certain. */
final class Works {

    private final ZmtpSocket socket;

    /** Null where there is work. */
    private final @Nullable Inbox<Message> messages;

    private final @Nullable Inbox<Work> work;

    /** Has a message acknowledged, and makes of it what is handed out. */
    private interface Taking<T> {
        @Nullable
        T take(Receipts receipts, Pipe pipe, Message message);
    }

    /**
     * Nothing has come yet.
     *
     * @param reader emits the messages among what peers send
     */
    Works(ZmtpSocket socket, FairQueue.Reader<Message> reader) {
        this.socket = socket;
        Memories memories = socket.memories;
        boolean isWork = socket.options.delivery.level() == DeliveryLevel.DONE;
        this.work = memories != null && isWork ? acknowledging(reader, memories, Receipts::readWork) : null;
        this.messages = isWork
                ? null
                : memories == null
                        ? new Inbox<>(socket.fairQueue(reader))
                        : acknowledging(reader, memories, Receipts::read);
    }

    private <T> Inbox<T> acknowledging(FairQueue.Reader<Message> reader, Memories memories, Taking<T> taking) {
        Receipts receipts = new Receipts(socket.options.delivery, memories);
        return new AcknowledgingInbox<>(
                socket.fairQueue((pipe, item) -> {
                    Message message = reader.read(pipe, item);
                    return message == null ? null : taking.take(receipts, pipe, message);
                }),
                receipts);
    }

    Inbox<?> inbox() {
        return messages == null ? Objects.requireNonNull(work) : messages;
    }

    Flux<Message> receive() {
        return messages == null
                ? Flux.error(() -> new IllegalStateException(socket.type
                        + " socket: expected work() or process(…), as each message must be done at delivery level "
                        + DeliveryLevel.DONE + ", but receive() was subscribed to"))
                : messages.receive();
    }

    Flux<Work> work() {
        return work == null
                ? Flux.error(() -> new IllegalStateException(socket.type
                        + " socket: expected receive(), as work() needs delivery level " + DeliveryLevel.DONE
                        + ", but it is " + socket.options.delivery.level()))
                : work.receive();
    }

    /** The message that a pipe has brought. */
    static @Nullable Message message(Pipe pipe, Object item) {
        return item instanceof Message message ? message : null;
    }
}
