package io.zmtp.spring.autoconfigure.properties;

import io.zmtp.reactive.replay.Start;
import io.zmtp.spring.core.OnGap;
import io.zmtp.spring.core.ZmtpConfigurationException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * A publication without gaps. A PUB socket that binds a replay has a history, a SUB socket that connects to one asks it for what
 * it missed.
 *
 * @param bind Endpoints at which the history answers subscribers that missed something, such as tcp://*:5557. For PUB.
 * @param connect Endpoint of the history of each publication, in the order of connect. For SUB.
 * @param messages Number of messages that the history keeps. For PUB.
 * @param bytes Size of the memory that the history takes. For PUB.
 * @param maxAge How long the history keeps a message; any time by default. For PUB.
 * @param lastValues Number of topics whose last message is kept for subscribers that begin with last-values. For PUB.
 * @param plainTopic Topic of messages that are replayed without one. For SUB.
 * @param plainTopics Whether peers that are not of this library are replayed to with topics. For PUB.
 * @param from Where a subscription begins: now, oldest, last-values, or a number. For SUB.
 * @param onGap What becomes of messages that the history has no more. For SUB.
 * @param buffer Number of messages that are held while they wait for those before them. For SUB.
 * @param check Time after which a quiet publisher is asked where it is. For SUB.
 * @param timeout How long the answer to a request for what was missed may take. For SUB.
 * @param patience How long a gap may be open without any progress before it is lost. For SUB.
 * @since 0.1
 */
public record ReplayProperties(
        @Nullable List<String> bind,
        @Nullable List<String> connect,
        @Nullable Integer messages,
        @Nullable DataSize bytes,
        @Nullable Duration maxAge,
        @Nullable Integer lastValues,
        @Nullable Boolean plainTopics,
        @Nullable String from,
        @Nullable OnGap onGap,
        @Nullable Integer buffer,
        @Nullable Duration check,
        @Nullable Duration timeout,
        @Nullable Duration patience,
        @Nullable String plainTopic) {

    /**
     * {@return where a subscription begins}
     *
     * @throws ZmtpConfigurationException if that is no such place
     */
    public Start start(String socket) {
        String text =
                from == null ? "now" : from.strip().toLowerCase(Locale.ROOT).replace('_', '-');
        return switch (text) {
            case "now" -> Start.now();
            case "oldest" -> Start.oldest();
            case "last-values" -> Start.lastValues();
            default -> at(socket, text);
        };
    }

    private Start at(String socket, String number) {
        try {
            return Start.at(Long.parseLong(number));
        } catch (IllegalArgumentException none) {
            throw new ZmtpConfigurationException(
                    "zmtp.sockets." + socket + ".replay.from is '" + from + "'.",
                    "Make it now, oldest, last-values, or the number of a message, 0 or more.",
                    none);
        }
    }
}
