package io.zmtp.reactive.replay;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.pipe.Durations;
import io.zmtp.reactive.socket.SocketOptions;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/**
 * The options of a {@link ReplayPublisher}. Immutable: every method returns new options.
 *
 * @since 0.1
 */
public final class PublisherOptions implements Cloneable {

    /** How many messages the history has: 100,000. */
    public static final int DEFAULT_MESSAGES = 100_000;

    /** How many octets the history takes: 64 MiB. */
    public static final long DEFAULT_BYTES = 64 * 1024 * 1024;

    int messages = DEFAULT_MESSAGES;
    long bytes = DEFAULT_BYTES;

    @Nullable
    Duration maxAge;

    int lastValues;
    Function<? super Message, Bytes> lastValueKey = Message::first;
    boolean plainTopics;
    UnaryOperator<SocketOptions> publication = UnaryOperator.identity();
    UnaryOperator<SocketOptions> replay = UnaryOperator.identity();

    @Nullable
    Scheduler scheduler;

    PublisherOptions() {}

    /**
     * Limits how many messages the history has.
     *
     * @param most at least 1; default {@link #DEFAULT_MESSAGES}
     * @return the new options
     */
    public PublisherOptions messages(int most) {
        requirePositive("messages", most);
        return with(options -> options.messages = most);
    }

    /**
     * Limits how much memory the history takes: the octets of the messages as they are on the wire, and 12 for each, in segments
     * of at most 64 KiB. A message that does not fit leaves the history empty.
     *
     * @param most in octets, at least 1; default {@link #DEFAULT_BYTES}
     * @return the new options
     */
    public PublisherOptions bytes(long most) {
        requirePositive("bytes", most);
        return with(options -> options.bytes = most);
    }

    /**
     * Limits how long the history has a message: that long, and an eighth longer at most.
     *
     * @param most above zero; default: there is no limit
     * @return the new options
     */
    public PublisherOptions maxAge(Duration most) {
        Durations.checkPositive("maxAge", most);
        return with(options -> options.maxAge = most);
    }

    /**
     * Keeps the last message of each topic, which is its first part, for subscribers that begin with {@link Start#lastValues()}.
     *
     * @param topics how many topics are kept; if there are more, the one without a message for longest is forgotten. Default
     *     0, for none
     * @return the new options
     */
    public PublisherOptions lastValues(int topics) {
        return lastValues(topics, Message::first);
    }

    /**
     * As {@link #lastValues(int)}, with another key than the topic.
     *
     * @param keys how many keys are kept; default 0, for none
     * @param key makes the key of a message. Called in the thread that sends, while other senders wait: it must be quick
     * @return the new options
     */
    public PublisherOptions lastValues(int keys, Function<? super Message, Bytes> key) {
        if (keys < 0) {
            throw new IllegalArgumentException("lastValues: expected no negative number, but it is " + keys);
        }
        Objects.requireNonNull(key, "key");
        return with(options -> {
            options.lastValues = keys;
            options.lastValueKey = key;
        });
    }

    /**
     * Replays to subscribers that know only the plain wire with the topic before the number, as vLLM does since 2026, instead of
     * without a topic. Our own subscribers get the topic either way.
     *
     * @param plainTopics default false
     * @return the new options
     */
    public PublisherOptions plainTopics(boolean plainTopics) {
        return with(options -> options.plainTopics = plainTopics);
    }

    /**
     * Changes the options of the PUB socket.
     *
     * @param change applied after those added before
     * @return the new options
     */
    public PublisherOptions publication(UnaryOperator<SocketOptions> change) {
        UnaryOperator<SocketOptions> before = publication;
        return with(options -> options.publication = socket -> change.apply(before.apply(socket)));
    }

    /**
     * Changes the options of the ROUTER socket that answers subscribers that missed something.
     *
     * @param change applied after those added before
     * @return the new options
     */
    public PublisherOptions replay(UnaryOperator<SocketOptions> change) {
        UnaryOperator<SocketOptions> before = replay;
        return with(options -> options.replay = socket -> change.apply(before.apply(socket)));
    }

    /**
     * Sets what measures {@link #maxAge}.
     *
     * @param scheduler default {@code Schedulers.parallel()}
     * @return the new options
     */
    public PublisherOptions scheduler(Scheduler scheduler) {
        Objects.requireNonNull(scheduler, "scheduler");
        return with(options -> options.scheduler = scheduler);
    }

    private PublisherOptions with(Consumer<PublisherOptions> change) {
        try {
            PublisherOptions copy = (PublisherOptions) clone();
            change.accept(copy);
            return copy;
        } catch (CloneNotSupportedException impossible) {
            throw new AssertionError(impossible);
        }
    }

    static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + ": expected more than zero, but it is " + value);
        }
    }
}
