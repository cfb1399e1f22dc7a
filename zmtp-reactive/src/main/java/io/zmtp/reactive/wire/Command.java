package io.zmtp.reactive.wire;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.ZmtpProtocolException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What peers send each other beside messages: a name and data (RFC 37, Commands). Immutable.
 *
 * <table>
 * <caption>Layout of the body</caption>
 * <tr><td>1 octet</td><td>size of the name</td></tr>
 * <tr><td>1 to {@value #MAX_NAME} octets</td><td>name, ASCII letters</td></tr>
 * <tr><td>the rest</td><td>data, which depends on the name</td></tr>
 * </table>
 *
 * @since 0.1
 */
public final class Command {
    /** Ends a handshake; the data are {@linkplain #metadata() metadata}. */
    public static final String READY = "READY";

    /** Refuses in a handshake; the data are a {@linkplain #errorReason() reason}. */
    public static final String ERROR = "ERROR";

    /** Asks for a PONG; the data are a {@linkplain #pingTtl TTL} and a {@linkplain #pingContext context}. */
    public static final String PING = "PING";

    /** Answers a PING; the data are its context. */
    public static final String PONG = "PONG";

    /** Subscribes; the data are the prefix. */
    public static final String SUBSCRIBE = "SUBSCRIBE";

    /** Ends a subscription; the data are the prefix. */
    public static final String CANCEL = "CANCEL";

    /** Joins a group; the data are its name. */
    public static final String JOIN = "JOIN";

    /** Leaves a group; the data are its name. */
    public static final String LEAVE = "LEAVE";

    /** Begins a handshake of PLAIN or CURVE. */
    public static final String HELLO = "HELLO";

    /** Answers HELLO. */
    public static final String WELCOME = "WELCOME";

    /** Answers WELCOME. */
    public static final String INITIATE = "INITIATE";

    /** Carries an encrypted frame. */
    public static final String MESSAGE = "MESSAGE";

    /** The longest TTL of a PING: 65.5 s. libzmq keeps a TTL in 16 bits of milliseconds, which wrap above it. */
    public static final Duration MAX_TTL = Duration.ofMillis(65_500);

    /** The most octets of a PING's context (RFC 37, Connection Heartbeating). */
    public static final int MAX_CONTEXT = 16;

    private static final String SECTION = "RFC 37, Commands";
    private static final String HEARTBEATING = "RFC 37, Connection Heartbeating";
    /** The most letters of a command's name: its size is one octet on the wire. */
    public static final int MAX_NAME = 255;

    /** The most characters of an ERROR's reason: its size is one octet on the wire. */
    public static final int MAX_REASON = 255;

    private static final int TTL_SIZE = 2;
    private static final int TTL_UNIT_MILLIS = 100;
    private static final Bytes BARE_ERROR = Bytes.utf8(ERROR);
    private static final Bytes MISWRITTEN_ERROR = Bytes.utf8("^RROR");

    private record Name(String text, Bytes onWire) {}

    /** Those that come often, and are compared with the octets. */
    private static final Name[] FREQUENT = Stream.of(SUBSCRIBE, CANCEL, PING, PONG)
            .map(text -> new Name(text, nameOnWire(text)))
            .toArray(Name[]::new);

    private final String name;
    private final Bytes data;
    private final @Nullable Frame received;

    private Command(String name, Bytes data, @Nullable Frame received) {
        this.name = name;
        this.data = data;
        this.received = received;
    }

    /**
     * Makes any command.
     *
     * @param name its name, 1 to {@value #MAX_NAME} ASCII letters
     * @param data its data
     * @return the command
     * @throws IllegalArgumentException if it cannot have that name
     */
    public static Command of(String name, Bytes data) {
        if (!isName(name)) {
            throw new IllegalArgumentException("command: expected a name of 1 to " + MAX_NAME
                    + " ASCII letters, but it is \"" + Printable.of(name) + "\"");
        }
        return new Command(name, data, null);
    }

    private static boolean isName(String name) {
        for (int at = 0; at < name.length(); at++) {
            if (!isLetter(name.charAt(at))) {
                return false;
            }
        }
        return !name.isEmpty() && name.length() <= MAX_NAME;
    }

    private static boolean isLetter(char character) {
        return (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z');
    }

    /**
     * Makes a READY.
     *
     * @param metadata the properties to announce
     * @return the command
     */
    public static Command ready(Metadata metadata) {
        return of(READY, writeMetadata(metadata));
    }

    /**
     * Makes an ERROR.
     *
     * @param reason why; cut to {@value #MAX_REASON} characters; what is not printable ASCII becomes a question mark
     * @return the command
     */
    public static Command error(String reason) {
        Bytes text = Bytes.utf8(printable(reason.substring(0, Math.min(reason.length(), MAX_REASON))));
        byte[] data = new byte[text.size() + 1];
        data[0] = (byte) text.size();
        text.copyTo(0, data, 1, text.size());
        return of(ERROR, Bytes.wrap(data));
    }

    /**
     * Makes a PING.
     *
     * @param ttl how long the peer may get nothing from this side before it closes, in steps of 100 ms, rounded down and kept
     *     between zero, which is no limit, and {@link #MAX_TTL}
     * @param context what the PONG has to repeat, at most {@value #MAX_CONTEXT} octets
     * @return the command
     * @throws IllegalArgumentException if the context is larger
     */
    public static Command ping(Duration ttl, Bytes context) {
        checkContext(context);
        Duration kept = ttl.isNegative() ? Duration.ZERO : ttl.compareTo(MAX_TTL) > 0 ? MAX_TTL : ttl;
        long tenths = kept.toMillis() / TTL_UNIT_MILLIS;
        byte[] data = new byte[TTL_SIZE + context.size()];
        data[0] = (byte) (tenths >> 8);
        data[1] = (byte) tenths;
        context.copyTo(0, data, TTL_SIZE, context.size());
        return of(PING, Bytes.wrap(data));
    }

    /**
     * Makes a PONG.
     *
     * @param context the context of the PING, at most {@value #MAX_CONTEXT} octets
     * @return the command
     * @throws IllegalArgumentException if the context is larger
     */
    public static Command pong(Bytes context) {
        checkContext(context);
        return of(PONG, context);
    }

    private static void checkContext(Bytes context) {
        if (context.size() > MAX_CONTEXT) {
            throw new IllegalArgumentException(
                    "PING: expected a context of at most " + MAX_CONTEXT + " octets, but it has " + context.size());
        }
    }

    /**
     * Makes a SUBSCRIBE.
     *
     * @param prefix what the messages begin with; empty for all
     * @return the command
     */
    public static Command subscribe(Bytes prefix) {
        return of(SUBSCRIBE, prefix);
    }

    /**
     * Makes a CANCEL.
     *
     * @param prefix that of the subscription to end
     * @return the command
     */
    public static Command cancel(Bytes prefix) {
        return of(CANCEL, prefix);
    }

    /**
     * Makes a JOIN.
     *
     * @param group the group, at most {@value Group#MAX_SIZE} octets, none of them zero
     * @return the command
     * @throws IllegalArgumentException if it cannot be a group
     */
    public static Command join(Bytes group) {
        return of(JOIN, checkedGroup(group));
    }

    /**
     * Makes a LEAVE.
     *
     * @param group the group, at most {@value Group#MAX_SIZE} octets, none of them zero
     * @return the command
     * @throws IllegalArgumentException if it cannot be a group
     */
    public static Command leave(Bytes group) {
        return of(LEAVE, checkedGroup(group));
    }

    private static Bytes checkedGroup(Bytes group) {
        if (group.size() > Group.MAX_SIZE) {
            throw new IllegalArgumentException("group: " + Group.flaw(group));
        }
        return group;
    }

    /**
     * Reads a command from a frame. The flag COMMAND is not asked for: an encrypted command comes without it.
     *
     * @param frame the frame
     * @return the command, whose {@link #frame()} is this one
     * @throws ZmtpProtocolException if the body is not a name and data
     */
    public static Command parse(Frame frame) {
        Bytes body = frame.body();
        if (isBareError(body)) {
            return new Command(ERROR, body.slice(BARE_ERROR.size(), body.size()), frame);
        }
        int size = body.isEmpty() ? 0 : body.byteAt(0) & 0xff;
        if (size == 0) {
            throw new ZmtpProtocolException(
                    "expected a command with a name, but "
                            + (body.isEmpty() ? "its body is empty" : "the size of the name is 0"),
                    SECTION);
        }
        if (body.size() <= size) {
            throw new ZmtpProtocolException(
                    "expected a command's name of " + size + " octets, but there are " + (body.size() - 1), SECTION);
        }
        for (Name known : FREQUENT) {
            if (body.startsWith(known.onWire)) {
                return new Command(known.text, body.slice(size + 1, body.size()), frame);
            }
        }
        String name = body.slice(1, size + 1).utf8();
        if (!isName(name)) {
            throw new ZmtpProtocolException(
                    "expected a command's name of ASCII letters, but it is " + body.slice(1, size + 1), SECTION);
        }
        return new Command(name, body.slice(size + 1, body.size()), frame);
    }

    // When a PLAIN server of libzmq up to 4.3.4 refuses, it sends "^RROR": that is how C reads "\x5ERROR". Others
    // forget the size of the name. Nothing else begins so: '^' and 'E' as sizes would mean names of 94 and 69 letters.
    private static boolean isBareError(Bytes body) {
        return (body.startsWith(BARE_ERROR) || body.startsWith(MISWRITTEN_ERROR))
                && (body.size() == BARE_ERROR.size()
                        || (body.byteAt(BARE_ERROR.size()) & 0xff) == body.size() - BARE_ERROR.size() - 1);
    }

    /** {@return the name} */
    public String name() {
        return name;
    }

    /** {@return the data, which may be empty} */
    public Bytes data() {
        return data;
    }

    /** The size of a name, and the name. */
    static Bytes nameOnWire(String name) {
        return Bytes.utf8((char) name.length() + name);
    }

    /** {@return the frame that was received, or a new one for a command that was made here} */
    public Frame frame() {
        if (received != null) {
            return received;
        }
        byte[] body = new byte[1 + name.length() + data.size()];
        body[0] = (byte) name.length();
        Bytes.utf8(name).copyTo(0, body, 1, name.length());
        data.copyTo(0, body, 1 + name.length(), data.size());
        return Frame.command(Bytes.wrap(body));
    }

    /**
     * Reads the data as metadata, as of a READY, or an INITIATE of PLAIN.
     *
     * @return the metadata
     * @throws ZmtpProtocolException if a property is cut short or has no readable name
     */
    public Metadata metadata() {
        return readMetadata(data, 0);
    }

    /**
     * Reads metadata (RFC 37, The NULL Security Mechanism).
     *
     * @param octets what they are in, up to its end
     * @param from where they start
     * @return the metadata
     * @throws ZmtpProtocolException if a property is cut short or has no readable name
     */
    public static Metadata readMetadata(Bytes octets, int from) {
        return PropertyList.read(octets, from);
    }

    /**
     * Writes metadata.
     *
     * @param metadata the metadata
     * @return the octets
     */
    public static Bytes writeMetadata(Metadata metadata) {
        return metadata.octets();
    }

    /**
     * Reads the data as the reason of an ERROR. Some peers send none.
     *
     * @return the reason, empty if there is none; what is not printable ASCII becomes a question mark
     * @throws ZmtpProtocolException if it is cut short
     */
    public String errorReason() {
        if (data.isEmpty()) {
            return "";
        }
        int size = data.byteAt(0) & 0xff;
        if (size >= data.size()) {
            throw new ZmtpProtocolException(
                    "expected an ERROR's reason of " + size + " octets, but there are " + (data.size() - 1),
                    "RFC 37, The NULL Security Mechanism");
        }
        return printable(new String(data.slice(1, size + 1).toByteArray(), StandardCharsets.ISO_8859_1));
    }

    private static String printable(String text) {
        return text.replaceAll("[^ -~]", "?");
    }

    /**
     * Reads the TTL of a PING.
     *
     * @return how long this side may send nothing before the peer closes, in steps of 100 ms; zero for no limit
     * @throws ZmtpProtocolException if there are not two octets of it
     */
    public Duration pingTtl() {
        checkPing();
        return Duration.ofMillis(((data.byteAt(0) & 0xffL) << 8 | (data.byteAt(1) & 0xff)) * TTL_UNIT_MILLIS);
    }

    /**
     * Reads the context of a PING, which the PONG repeats.
     *
     * @return the context, cut to {@value #MAX_CONTEXT} octets
     * @throws ZmtpProtocolException if there are not two octets of TTL before it
     */
    public Bytes pingContext() {
        checkPing();
        return data.slice(TTL_SIZE, Math.min(data.size(), TTL_SIZE + MAX_CONTEXT));
    }

    private void checkPing() {
        if (data.size() < TTL_SIZE) {
            throw new ZmtpProtocolException(
                    "expected a PING with two octets of TTL, but there are " + data.size(), HEARTBEATING);
        }
    }

    /** {@return the context of a PONG: all its data} */
    public Bytes pongContext() {
        return data;
    }

    /** Compares name and data. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Command that && name.equals(that.name) && data.equals(that.data);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + data.hashCode();
    }

    /** {@return the name and the size of the data; not the data, which may be secret} */
    @Override
    public String toString() {
        return name + " with " + data.size() + " octets";
    }
}
