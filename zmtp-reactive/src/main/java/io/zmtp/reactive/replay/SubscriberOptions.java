package io.zmtp.reactive.replay;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.pipe.Durations;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The options of a {@link ReplaySubscriber}. Immutable: every method returns new options.
 *
 * @since 0.1
 */
public final class SubscriberOptions implements Cloneable {

    /** How many messages are held that wait for demand, or for those before them: 1,000. */
    public static final int DEFAULT_BUFFER = 1000;

    /** How often a quiet publisher is asked where it is: every second. */
    public static final Duration DEFAULT_CHECK = Duration.ofSeconds(1);

    /** How long an answer to a request may take to begin or to go on: 5 s. */
    public static final Duration DEFAULT_REPLAY_TIMEOUT = Duration.ofSeconds(5);

    /** How long a gap may be open without any progress: 30 s. */
    public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(30);

    Start start = Start.now();
    int buffer = DEFAULT_BUFFER;
    Duration check = DEFAULT_CHECK;
    Duration replayTimeout = DEFAULT_REPLAY_TIMEOUT;
    Duration patience = DEFAULT_PATIENCE;
    Bytes plainTopic = Bytes.EMPTY;
    UnaryOperator<SocketOptions> publication = UnaryOperator.identity();
    UnaryOperator<SocketOptions> replay = UnaryOperator.identity();
    Consumer<? super ZmtpSocket> onSocket = socket -> {};
    Scheduler scheduler = Schedulers.parallel();

    SubscriberOptions() {}

    /**
     * Sets where each subscription begins.
     *
     * @param from default {@link Start#now()}
     * @return the new options
     */
    public SubscriberOptions from(Start from) {
        Objects.requireNonNull(from, "from");
        return with(options -> options.start = from);
    }

    /**
     * Limits how many messages of a publisher are held: those that nobody has requested yet, and those that wait for missed ones
     * before them. When there are so many, or 16 MiB, no more are requested; of those that come all the same, one of more than
     * 64 KiB is dropped and counted. What was dropped, here or by the publisher, is replayed later. A replay holds up to 512 KiB
     * beside that, or one message.
     *
     * @param messages at least 1; default {@link #DEFAULT_BUFFER}
     * @return the new options
     */
    public SubscriberOptions buffer(int messages) {
        PublisherOptions.requirePositive("buffer", messages);
        return with(options -> options.buffer = messages);
    }

    /**
     * Sets how often a publisher of which nothing came is asked whether something was missed, so that the loss of the last
     * message is found too.
     *
     * @param interval above zero; default {@link #DEFAULT_CHECK}
     * @return the new options
     */
    public SubscriberOptions check(Duration interval) {
        Durations.checkPositive("check", interval);
        return with(options -> options.check = interval);
    }

    /**
     * Limits how long an answer may take, and, of a plain publisher, how long nothing may come before its end. Then the request is
     * made again; to a plain publisher over another connection, so that no two answers are mixed up.
     *
     * @param timeout above zero, in steps of {@link #check}; default {@link #DEFAULT_REPLAY_TIMEOUT}
     * @return the new options
     */
    public SubscriberOptions replayTimeout(Duration timeout) {
        Durations.checkPositive("replayTimeout", timeout);
        return with(options -> options.replayTimeout = timeout);
    }

    /**
     * Limits how long a gap may be open while nothing comes that makes it smaller, such as when the replay cannot be reached. Then
     * what is missing is lost, also between messages that came later. While the subscriber has not requested what is there,
     * nothing is asked for, and this time does not go on.
     *
     * @param patience above zero; default {@link #DEFAULT_PATIENCE}
     * @return the new options
     */
    public SubscriberOptions patience(Duration patience) {
        Durations.checkPositive("patience", patience);
        return with(options -> options.patience = patience);
    }

    /**
     * Sets the topic of messages that are replayed without one, as plain publishers do.
     *
     * @param topic default empty
     * @return the new options
     */
    public SubscriberOptions plainTopic(Bytes topic) {
        Objects.requireNonNull(topic, "topic");
        return with(options -> options.plainTopic = topic);
    }

    /**
     * Changes the options of the SUB sockets.
     *
     * @param change applied after those added before
     * @return the new options
     */
    public SubscriberOptions publication(UnaryOperator<SocketOptions> change) {
        UnaryOperator<SocketOptions> before = publication;
        return with(options -> options.publication = socket -> change.apply(before.apply(socket)));
    }

    /**
     * Changes the options of the DEALER sockets that ask for what was missed.
     *
     * @param change applied after those added before
     * @return the new options
     */
    public SubscriberOptions replay(UnaryOperator<SocketOptions> change) {
        UnaryOperator<SocketOptions> before = replay;
        return with(options -> options.replay = socket -> change.apply(before.apply(socket)));
    }

    /**
     * Sets who sees the sockets of each subscription, such as to monitor them: a SUB and a DEALER for each publisher.
     *
     * @param seen called with each socket before that is connected, in the thread that subscribes. It must not receive from it or
     *     close it
     * @return the new options
     */
    public SubscriberOptions onSocket(Consumer<? super ZmtpSocket> seen) {
        Objects.requireNonNull(seen, "seen");
        return with(options -> options.onSocket = seen);
    }

    /**
     * Sets what measures time.
     *
     * @param scheduler default {@code Schedulers.parallel()}
     * @return the new options
     */
    public SubscriberOptions scheduler(Scheduler scheduler) {
        Objects.requireNonNull(scheduler, "scheduler");
        return with(options -> options.scheduler = scheduler);
    }

    private SubscriberOptions with(Consumer<SubscriberOptions> change) {
        try {
            SubscriberOptions copy = (SubscriberOptions) clone();
            change.accept(copy);
            return copy;
        } catch (CloneNotSupportedException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
