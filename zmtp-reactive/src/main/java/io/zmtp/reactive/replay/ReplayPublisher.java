package io.zmtp.reactive.replay;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.pipe.Encoded;
import io.zmtp.reactive.pipe.Encoding;
import io.zmtp.reactive.routing.Publication;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.RouterSocket;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Publishes messages with numbers, and keeps the last ones for subscribers that missed some. It is a PUB socket and a ROUTER
 * socket. Any thread may call.
 *
 * <p>A message is published as its first part, which is the topic; its number, eight octets, big-endian, from 0 on; and
 * its other parts. A subscriber that missed some asks the ROUTER. What subscribers are there, and how slow they are, does not change
 * what is kept: {@link PublisherOptions} limits that. {@link ReplaySubscriber} is the other side; the package's documentation
 * has the wire, which others speak too.
 *
 * @since 0.1
 */
public final class ReplayPublisher implements Disposable {

    private final PubSocket publication;
    private final RouterSocket replay;
    private final long epoch = Wire.newEpoch();
    private final History history;
    private final @Nullable LastByKey values;
    private final Disposable aging;
    private final Replays replays;

    private ReplayPublisher(PublisherOptions options) {
        Bytes announced = Wire.announcement(epoch);
        publication = PubSocket.create(
                socket -> options.publication.apply(socket).metadata(Wire.PROPERTY, announced), new Numbering());
        replay = RouterSocket.create(
                socket -> options.replay.apply(socket.mandatory()).metadata(Wire.PROPERTY, announced));
        history = new History(options.messages, options.bytes);
        values = options.lastValues == 0 ? null : new LastByKey(options.lastValues, options.lastValueKey);
        if (options.maxAge == null) {
            aging = Disposables.disposed();
        } else {
            long period = Math.max(1, options.maxAge.toNanos() / History.TICKS);
            aging = (options.scheduler == null ? Schedulers.parallel() : options.scheduler)
                    .schedulePeriodically(history::tick, period, period, TimeUnit.NANOSECONDS);
        }
        replays = new Replays(replay, history, values, epoch, options.plainTopics);
        replays.start();
    }

    /** A publisher with the default options. */
    public static ReplayPublisher create() {
        return create(UnaryOperator.identity());
    }

    /** A publisher with the default options, changed. */
    public static ReplayPublisher create(UnaryOperator<PublisherOptions> options) {
        return new ReplayPublisher(options.apply(new PublisherOptions()));
    }

    // ---- endpoints

    /**
     * Binds both sockets.
     *
     * @param publication where it publishes, such as {@code tcp://*:5556}
     * @param replay where it answers subscribers that missed something, such as {@code tcp://*:5557}
     * @return emits the endpoints with the ports that were picked; fails as {@link PubSocket#bind(String)}
     */
    public Mono<ReplayEndpoints> bind(String publication, String replay) {
        return this.replay // first: a subscriber that gets a message can ask for what came before
                .bind(replay)
                .flatMap(second -> this.publication.bind(publication).map(first -> new ReplayEndpoints(first, second)));
    }

    /** As {@link #bind(String, String)}, and waits for it: for {@code main} methods. */
    public ReplayEndpoints bindNow(String publication, String replay) {
        ReplayEndpoints bound = bind(publication, replay).block();
        if (bound == null) {
            throw new IllegalStateException(publication + ": it was given up");
        }
        return bound;
    }

    /** {@return the PUB socket, to connect, to look at and to wait for subscribers; what it is sent directly is numbered too} */
    public PubSocket publication() {
        return publication;
    }

    /** {@return the ROUTER socket, to connect and to look at} */
    public RouterSocket replay() {
        return replay;
    }

    // ---- publishing

    /**
     * Publishes a message.
     *
     * @param message the topic, and the payload in at least one more part
     * @return completes when the message has its number and is kept, and the PUB socket has accepted it, as
     *     {@link PubSocket#send(Message)}; fails with {@link ZmtpSendException} if there is no payload, and with
     *     {@link io.zmtp.reactive.ZmtpClosedException} if it is closed. A message that waits for room has no number yet, and
     *     cancelling takes it back
     */
    public Mono<Void> send(Message message) {
        return publication.send(message);
    }

    /** As {@link #send(Message)}, for texts in UTF-8: the topic, and the parts of the payload. */
    public Mono<Void> send(String topic, String... payload) {
        Message message = Message.of(Bytes.utf8(topic));
        for (String part : payload) {
            message = message.append(Bytes.utf8(part));
        }
        return send(message);
    }

    /**
     * Publishes a stream of messages.
     *
     * @param messages the stream, of messages as {@link #send(Message)} takes them
     * @return completes when the last one was accepted; fails with the stream's error, or as {@link #send(Message)}
     */
    public Mono<Void> send(Publisher<? extends Message> messages) {
        return publication.send(messages);
    }

    /** Numbers what the PUB socket accepts, and keeps it. */
    private final class Numbering implements Publication.Journal {

        /** As the history's; the publication's lock guards it. */
        private long next;

        @Override
        public void check(Message next) {
            if (next.size() < 2) {
                throw new ZmtpSendException(
                        "publication: expected a topic and at least one part behind it, but there is one part");
            }
        }

        @Override
        public Message publish(Message accepted, Encoding encoding) {
            Message numbered = numbered(accepted, next);
            Encoded encoded = encoding.of(numbered);
            if (values != null) {
                values.put(next, accepted); // first: the history's next number says what the values have
            }
            history.add(encoded);
            next++;
            return numbered;
        }

        private static Message numbered(Message message, long number) {
            Bytes[] parts = new Bytes[message.size() + 1];
            parts[0] = message.first();
            parts[1] = Wire.number(number);
            for (int index = 1; index < message.size(); index++) {
                parts[index + 1] = message.part(index);
            }
            return Message.of(parts);
        }
    }

    // ---- what there is

    /** {@return what distinguishes this publisher from another one at the same endpoints, before or after: a random number above 0} */
    public long epoch() {
        return epoch;
    }

    /** {@return the number that the next message gets} */
    public long next() {
        return history.next();
    }

    /** {@return the first number that the history has; {@link #next()} if it has none} */
    public long oldest() {
        return history.oldest();
    }

    /** {@return how many octets of memory the history takes} */
    public long held() {
        return history.held();
    }

    /** How many subscribers are being answered. */
    int answering() {
        return replays.answering();
    }

    // ---- the end

    /**
     * Closes both sockets; what was accepted is written for at most the linger time.
     *
     * @return completes when all connections have ended. Subscribing starts it, cancelling does not stop it
     */
    public Mono<Void> close() {
        return Mono.whenDelayError(publication.close(), replay.close()).doFirst(aging::dispose);
    }

    /** Closes now: what was not written is dropped and counted. */
    @Override
    public void dispose() {
        aging.dispose();
        publication.dispose();
        replay.dispose();
    }

    @Override
    public boolean isDisposed() {
        return publication.isDisposed();
    }

    @Override
    public String toString() {
        return publication + ", replay at " + replay;
    }
}
