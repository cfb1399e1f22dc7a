package io.zmtp.reactive.wire;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import java.util.Optional;

/**
 * A subscription, or the end of one (RFC 37, Commands).
 *
 * <p>Peers of ZMTP 3.1 are sent the command SUBSCRIBE or CANCEL; peers of 3.0 are sent a message of one part: the octet
 * 01, or 00 for an end, and the prefix. Any peer may send either form.
 *
 * @param isCancel whether the subscription ends
 * @param prefix what the messages begin with; empty for all
 * @since 0.1
 */
public record Subscription(boolean isCancel, Bytes prefix) {

    /** The most octets of a prefix, 65,526: more do not fit into a command. */
    public static final int MAX_PREFIX = Limits.MAX_COMMAND - 1 - Command.SUBSCRIBE.length();

    private static final Bytes SUBSCRIBE = Command.nameOnWire(Command.SUBSCRIBE);
    private static final Bytes CANCEL = Command.nameOnWire(Command.CANCEL);

    /**
     * Makes the command form.
     *
     * @param prefix what the messages begin with
     * @param cancel whether the subscription ends
     * @return the command's frame
     */
    public static Frame command(Bytes prefix, boolean cancel) {
        Bytes name = cancel ? CANCEL : SUBSCRIBE;
        byte[] body = new byte[name.size() + prefix.size()];
        name.copyTo(0, body, 0, name.size());
        prefix.copyTo(0, body, name.size(), prefix.size());
        return Frame.command(Bytes.wrap(body));
    }

    /**
     * Makes the message form.
     *
     * @param prefix what the messages begin with
     * @param cancel whether the subscription ends
     * @return the only part of the message
     */
    public static Bytes body(Bytes prefix, boolean cancel) {
        byte[] body = new byte[prefix.size() + 1];
        body[0] = (byte) (cancel ? 0 : 1);
        prefix.copyTo(0, body, 1, prefix.size());
        return Bytes.wrap(body);
    }

    /**
     * Reads the command form.
     *
     * @param command any command
     * @return the subscription; empty if the command is neither SUBSCRIBE nor CANCEL
     */
    public static Optional<Subscription> parse(Command command) {
        return switch (command.name()) {
            case Command.SUBSCRIBE -> Optional.of(new Subscription(false, command.data()));
            case Command.CANCEL -> Optional.of(new Subscription(true, command.data()));
            default -> Optional.empty();
        };
    }

    /**
     * As {@link #parse(Command)}, for the frame of a command: without looking at any other.
     *
     * @param command the frame of any command
     * @return the subscription; empty if the command is neither SUBSCRIBE nor CANCEL
     */
    public static Optional<Subscription> parse(Frame command) {
        Bytes body = command.body();
        if (body.startsWith(SUBSCRIBE)) {
            return Optional.of(new Subscription(false, body.slice(SUBSCRIBE.size(), body.size())));
        }
        return body.startsWith(CANCEL)
                ? Optional.of(new Subscription(true, body.slice(CANCEL.size(), body.size())))
                : Optional.empty();
    }

    /**
     * Reads the message form.
     *
     * @param message any message
     * @return the subscription; empty if the message has several parts, or begins with another octet than 01 or 00
     */
    public static Optional<Subscription> parse(Message message) {
        Bytes body = message.first();
        if (message.size() != 1 || body.isEmpty() || (body.byteAt(0) & ~1) != 0) {
            return Optional.empty();
        }
        return Optional.of(new Subscription(body.byteAt(0) == 0, body.slice(1, body.size())));
    }
}
