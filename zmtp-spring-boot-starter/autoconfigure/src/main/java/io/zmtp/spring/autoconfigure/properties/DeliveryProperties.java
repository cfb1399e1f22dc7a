package io.zmtp.spring.autoconfigure.properties;

import static io.zmtp.spring.autoconfigure.properties.OptionsMapping.bytes;
import static io.zmtp.spring.autoconfigure.properties.OptionsMapping.with;

import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.delivery.UnequalPeers;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * Messages that are acknowledged, among sockets that have the same level. The level may stand alone, as {@code delivery: done}.
 *
 * @param level How much is promised of a message. For PUSH, PULL, SCATTER, GATHER, DEALER, REQ and REP.
 * @param maxUnderWay Number of messages that a peer may have that it has not acknowledged; as send-hwm by default, 16 times as many for taken-over.
 * @param maxUnderWayBytes Size of these messages; as send-hwm-bytes by default.
 * @param retries How often work that has failed is tried again.
 * @param retryBackoff Time before work that has failed is tried again.
 * @param retryElsewhere Whether any peer may get work that has failed.
 * @param processingTimeout How long the application may work on a message; any time by default.
 * @param deadLetter Name of the socket that messages are sent to that cannot be delivered.
 * @param deadLetterAfter How long messages are kept for a peer that has gone.
 * @param memory How long a receiver remembers what it has taken over.
 * @param unequalPeers What becomes of peers that have another level.
 * @since 0.1
 */
public record DeliveryProperties(
        @Nullable DeliveryLevel level,
        @Nullable Integer maxUnderWay,
        @Nullable DataSize maxUnderWayBytes,
        @Nullable Integer retries,
        @Nullable Duration retryBackoff,
        @Nullable Boolean retryElsewhere,
        @Nullable Duration processingTimeout,
        @Nullable Duration deadLetterAfter,
        @Nullable String deadLetter,
        @Nullable Duration memory,
        @Nullable UnequalPeers unequalPeers) {

    /**
     * {@return the level alone, as in {@code delivery: done}}
     *
     * @throws IllegalArgumentException if there is no such level
     */
    public static DeliveryProperties valueOf(String level) {
        String wanted = level.strip().replace("-", "").replace("_", "");
        for (DeliveryLevel each : DeliveryLevel.values()) {
            if (each.name().replace("_", "").equalsIgnoreCase(wanted)) {
                return new DeliveryProperties(each, null, null, null, null, null, null, null, null, null, null);
            }
        }
        throw new IllegalArgumentException("delivery: expected one of "
                + Arrays.stream(DeliveryLevel.values())
                        .map(each -> each.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .toList()
                + ", but it is '" + level + "'");
    }

    /** As {@link #valueOf(String)}, for what YAML takes for a number. */
    public static DeliveryProperties valueOf(Integer level) {
        return valueOf(level.toString());
    }

    /** As {@link #valueOf(String)}, for what YAML takes for true or false, such as off. */
    public static DeliveryProperties valueOf(Boolean level) {
        return valueOf(level.toString());
    }

    /** {@return whether it has this level at least} */
    public boolean isAtLeast(DeliveryLevel least) {
        return level != null && level.compareTo(least) >= 0;
    }

    /**
     * {@return the options, without dead letters; null if nothing is promised}
     *
     * @param prefix what the keys begin with, in messages
     * @throws IllegalArgumentException if one does not fit
     */
    public @Nullable DeliveryOptions options(String prefix) {
        if (!isAtLeast(DeliveryLevel.TAKEN_OVER) || level == null) {
            return null;
        }
        DeliveryOptions options = DeliveryOptions.of(level);
        options = with(options, prefix + "max-under-way", maxUnderWay, DeliveryOptions::maxUnderWay);
        options = with(
                options, prefix + "max-under-way-bytes", bytes(maxUnderWayBytes), DeliveryOptions::maxUnderWayBytes);
        options = with(options, prefix + "retries", retries, DeliveryOptions::retries);
        options = with(options, prefix + "retry-backoff", retryBackoff, DeliveryOptions::retryBackoff);
        options = with(options, prefix + "retry-elsewhere", retryElsewhere, DeliveryOptions::retryElsewhere);
        options = with(options, prefix + "processing-timeout", processingTimeout, DeliveryOptions::processingTimeout);
        options = with(options, prefix + "dead-letter-after", deadLetterAfter, DeliveryOptions::deadLetterAfter);
        options = with(options, prefix + "memory", memory, DeliveryOptions::memory);
        return with(options, prefix + "unequal-peers", unequalPeers, DeliveryOptions::unequalPeers);
    }
}
