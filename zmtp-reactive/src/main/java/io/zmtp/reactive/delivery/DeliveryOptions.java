package io.zmtp.reactive.delivery;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What a socket promises of its messages, and how far it goes for that. Immutable: every method returns new options. Bad values
 * are refused with an {@link IllegalArgumentException} that names the option.
 *
 * <p>Both sides of a connection must have the same level. At {@link DeliveryLevel#ONCE} and {@link DeliveryLevel#DONE} both
 * must also be known by a name: the {@code routingId}, or the key of CURVE. Of peers with the same name one is let in at a
 * time. A peer whose network has failed keeps its place until that is noticed, so set a {@code heartbeat}.
 *
 * <p>For PUSH, PULL, SCATTER, GATHER, and DEALER with DEALER. With REQ and REP the reply is the acknowledgement: see
 * {@link io.zmtp.reactive.socket.ReqSocket}. Nothing outlives the process: what a sender does not know to be done is lost with it,
 * and a receiver that starts anew does not know what it had taken over before.
 *
 * @since 0.1
 */
public final class DeliveryOptions {

    /** How often work that has failed is tried again: {@value}. */
    public static final int DEFAULT_RETRIES = 3;

    /** The time before work that has failed is tried again: 1 s. */
    public static final Duration DEFAULT_RETRY_BACKOFF = Duration.ofSeconds(1);

    /** How long messages are kept for a peer that has gone: 60 s. */
    public static final Duration DEFAULT_DEAD_LETTER_AFTER = Duration.ofSeconds(60);

    /** How long a receiver remembers what it has taken over: 60 s. */
    public static final Duration DEFAULT_MEMORY = Duration.ofSeconds(60);

    private static final DeliveryOptions OFF = new DeliveryOptions(DeliveryLevel.NONE);

    private final DeliveryLevel level;
    private int maxUnderWay;
    private long maxUnderWayBytes;
    private int retries = DEFAULT_RETRIES;
    private Duration retryBackoff = DEFAULT_RETRY_BACKOFF;
    private boolean retryElsewhere;
    private Duration processingTimeout = Duration.ZERO;
    private Duration deadLetterAfter = DEFAULT_DEAD_LETTER_AFTER;
    private Duration memory = DEFAULT_MEMORY;
    private @Nullable Function<? super DeadLetter, ? extends Mono<Void>> deadLetters;
    private UnequalPeers unequalPeers = UnequalPeers.REFUSE;

    private DeliveryOptions(DeliveryLevel level) {
        this.level = level;
    }

    /** {@return no promise: level 0, the default of sockets} */
    public static DeliveryOptions none() {
        return OFF;
    }

    /** {@return at least once: {@link DeliveryLevel#TAKEN_OVER}} */
    public static DeliveryOptions takenOver() {
        return new DeliveryOptions(DeliveryLevel.TAKEN_OVER);
    }

    /** {@return once, as far as the receiver remembers: {@link DeliveryLevel#ONCE}} */
    public static DeliveryOptions once() {
        return new DeliveryOptions(DeliveryLevel.ONCE);
    }

    /** {@return once, and done by the application of the receiver: {@link DeliveryLevel#DONE}} */
    public static DeliveryOptions done() {
        return new DeliveryOptions(DeliveryLevel.DONE);
    }

    /** {@return the options of a level with the defaults} */
    public static DeliveryOptions of(DeliveryLevel level) {
        return level == DeliveryLevel.NONE ? OFF : new DeliveryOptions(level);
    }

    private DeliveryOptions with(Consumer<DeliveryOptions> change) {
        if (level == DeliveryLevel.NONE) {
            throw new IllegalStateException("delivery: expected a level before its options, but it is NONE");
        }
        DeliveryOptions changed = new DeliveryOptions(level);
        changed.maxUnderWay = maxUnderWay;
        changed.maxUnderWayBytes = maxUnderWayBytes;
        changed.retries = retries;
        changed.retryBackoff = retryBackoff;
        changed.retryElsewhere = retryElsewhere;
        changed.processingTimeout = processingTimeout;
        changed.deadLetterAfter = deadLetterAfter;
        changed.memory = memory;
        changed.deadLetters = deadLetters;
        changed.unequalPeers = unequalPeers;
        change.accept(changed);
        return changed;
    }

    private static void require(boolean fits, String name, String expected, Object value) {
        if (!fits) {
            throw new IllegalArgumentException(name + ": expected " + expected + ", but it is " + value);
        }
    }

    private static void requirePositive(String name, Duration value) {
        require(!value.isNegative() && !value.isZero(), name, "a duration above zero", value);
    }

    /**
     * Limits how many messages a peer may have that it has not acknowledged. Then its queue is full: senders wait, or other
     * peers get the next message.
     *
     * @param messages at least 1; default the {@code sendHwm} of the socket, and 16 times as many for
     *     {@link DeliveryLevel#TAKEN_OVER}, where receivers remember nothing
     * @return the new options
     */
    public DeliveryOptions maxUnderWay(int messages) {
        require(messages >= 1, "maxUnderWay", "at least 1", messages);
        return with(options -> options.maxUnderWay = messages);
    }

    /**
     * Limits their octets likewise. A peer that has nothing gets one message of any size.
     *
     * @param bytes at least 1; default the {@code sendHwmBytes} of the socket
     * @return the new options
     */
    public DeliveryOptions maxUnderWayBytes(long bytes) {
        require(bytes >= 1, "maxUnderWayBytes", "at least 1", bytes);
        return with(options -> options.maxUnderWayBytes = bytes);
    }

    /**
     * Sets how often work that has failed is tried again, if the receiver says that this may help. For
     * {@link DeliveryLevel#DONE}, as all options of retries and of processing.
     *
     * @param times 0 or more; default {@link #DEFAULT_RETRIES}
     * @return the new options
     */
    public DeliveryOptions retries(int times) {
        require(times >= 0, "retries", "no negative number", times);
        return with(options -> options.retries = times);
    }

    /**
     * Sets the time before work that has failed is tried again.
     *
     * @param delay default {@link #DEFAULT_RETRY_BACKOFF}; zero for at once
     * @return the new options
     */
    public DeliveryOptions retryBackoff(Duration delay) {
        require(!delay.isNegative(), "retryBackoff", "no negative duration", delay);
        return with(options -> options.retryBackoff = delay);
    }

    /**
     * Sets whether any peer may get work that has failed, the next one in turn. By default it goes to the same peer.
     *
     * @param elsewhere default false
     * @return the new options
     */
    public DeliveryOptions retryElsewhere(boolean elsewhere) {
        return with(options -> options.retryElsewhere = elsewhere);
    }

    /**
     * Limits how long the application of a receiver may work on a message. Then the work has failed with
     * {@link io.zmtp.reactive.ZmtpNackException#TIMEOUT}, the handler of {@code process} is cancelled, and the sender may try
     * again.
     *
     * @param limit default zero, for no limit
     * @return the new options
     */
    public DeliveryOptions processingTimeout(Duration limit) {
        require(!limit.isNegative(), "processingTimeout", "no negative duration", limit);
        return with(options -> options.processingTimeout = limit);
    }

    /**
     * Sets how long messages are kept for a peer that has gone and had them, at {@link DeliveryLevel#ONCE} and
     * {@link DeliveryLevel#DONE}: nobody else may get them, as they may have been taken over. After that they are dead
     * letters.
     *
     * <p>All peers that are away have at most 16 times {@link #maxUnderWay} messages, and 16 times {@link #maxUnderWayBytes} octets.
     * When it is as much, senders wait until one of them is back or is given up.
     *
     * @param time above zero; default {@link #DEFAULT_DEAD_LETTER_AFTER}
     * @return the new options
     */
    public DeliveryOptions deadLetterAfter(Duration time) {
        requirePositive("deadLetterAfter", time);
        return with(options -> options.deadLetterAfter = time);
    }

    /**
     * Sets how long a receiver remembers what it has taken over from a peer, to know it when it comes again; at most
     * {@code recvHwm} messages of each peer, or 1,000 if that is more. To be longer than the sender's
     * {@link #deadLetterAfter}, and for as many messages as its {@link #maxUnderWay}. Work in progress is always known.
     *
     * @param time above zero; default {@link #DEFAULT_MEMORY}
     * @return the new options
     */
    public DeliveryOptions memory(Duration time) {
        requirePositive("memory", time);
        return with(options -> options.memory = time);
    }

    /**
     * Sets what happens to dead letters: they may be sent to another socket, or be stored.
     *
     * @param handler called on any thread, must not block; what it returns is subscribed to, and a failure logged. By default
     *     there is a line in the log, and a drop is counted
     * @return the new options
     */
    public DeliveryOptions deadLetters(Function<? super DeadLetter, ? extends Mono<Void>> handler) {
        Objects.requireNonNull(handler, "deadLetters");
        return with(options -> options.deadLetters = handler);
    }

    /**
     * Sets what becomes of peers that have another level.
     *
     * @param rule default {@link UnequalPeers#REFUSE}
     * @return the new options
     */
    public DeliveryOptions unequalPeers(UnequalPeers rule) {
        Objects.requireNonNull(rule, "unequalPeers");
        return with(options -> options.unequalPeers = rule);
    }

    // ---- as they are

    /** {@return the level} */
    public DeliveryLevel level() {
        return level;
    }

    /** {@return how many messages may be under way to each peer; 0 for the default} */
    public int maxUnderWay() {
        return maxUnderWay;
    }

    /** {@return how many octets may be under way to each peer; 0 for the default} */
    public long maxUnderWayBytes() {
        return maxUnderWayBytes;
    }

    /** {@return how often work that has failed is tried again} */
    public int retries() {
        return retries;
    }

    /** {@return the time before work that has failed is tried again} */
    public Duration retryBackoff() {
        return retryBackoff;
    }

    /** {@return whether any peer may get work that has failed} */
    public boolean retryElsewhere() {
        return retryElsewhere;
    }

    /** {@return how long the application may work on a message; zero for any time} */
    public Duration processingTimeout() {
        return processingTimeout;
    }

    /** {@return how long messages are kept for a peer that has gone} */
    public Duration deadLetterAfter() {
        return deadLetterAfter;
    }

    /** {@return how long a receiver remembers what it has taken over} */
    public Duration memory() {
        return memory;
    }

    /** {@return what happens to dead letters; null for a line in the log} */
    public @Nullable Function<? super DeadLetter, ? extends Mono<Void>> deadLetters() {
        return deadLetters;
    }

    /** {@return what becomes of peers that have another level} */
    public UnequalPeers unequalPeers() {
        return unequalPeers;
    }

    /** {@return the level, for logs} */
    @Override
    public String toString() {
        return "DeliveryOptions[" + level + "]";
    }
}
