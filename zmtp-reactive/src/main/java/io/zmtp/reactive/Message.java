package io.zmtp.reactive;

import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is sent and received whole: one part or more (RFC 37, Framing: a part is a frame).
 *
 * <p>Immutable; the parts are shared between a message and those made from it. Two messages are equal if their parts
 * are; the {@linkplain #peer() sender} and the {@linkplain #maxAge() greatest age} do not count.
 *
 * @since 0.1
 */
public final class Message implements Iterable<Bytes> {
    private static final int MAX_SHOWN_PARTS = 8;
    private static final Duration MIN_AGE = Duration.ofMillis(1);
    private static final Duration MAX_AGE = Duration.ofDays(24);

    // Bytes for a lone part, else Bytes[] of two or more: most messages have one, and need no array.
    private final Object content;
    private final @Nullable Peer peer;

    /** In milliseconds; 0 for any age. */
    private final int maxAge;

    private Message(Object content, @Nullable Peer peer) {
        this(content, peer, 0);
    }

    private Message(Object content, @Nullable Peer peer, int maxAge) {
        this.content = content;
        this.peer = peer;
        this.maxAge = maxAge;
    }

    private static Message owning(Bytes[] parts, @Nullable Peer peer) {
        return owning(parts, peer, 0);
    }

    private static Message owning(Bytes[] parts, @Nullable Peer peer, int maxAge) {
        if (parts.length == 0) {
            throw new IllegalArgumentException(
                    "message: expected at least one part, which may be empty, but there is none");
        }
        for (Bytes part : parts) {
            if (part == null) {
                throw new NullPointerException("message: expected parts, but one is null");
            }
        }
        return new Message(parts.length == 1 ? parts[0] : parts, peer, maxAge);
    }

    /**
     * Makes a message of texts in UTF-8.
     *
     * @param parts one text for each part
     * @return the message
     * @throws IllegalArgumentException if there is no part
     */
    public static Message of(String... parts) {
        Bytes[] all = new Bytes[parts.length];
        for (int index = 0; index < all.length; index++) {
            all[index] = Bytes.utf8(parts[index]);
        }
        return owning(all, null);
    }

    /**
     * Makes a message of parts.
     *
     * @param parts the parts
     * @return the message
     * @throws IllegalArgumentException if there is no part
     */
    public static Message of(Bytes... parts) {
        return owning(parts.clone(), null);
    }

    /**
     * Makes a message of a list of parts.
     *
     * @param parts the parts; the list stays the caller's
     * @return the message
     * @throws IllegalArgumentException if there is no part
     */
    public static Message of(List<Bytes> parts) {
        return received(parts, null);
    }

    /**
     * Makes a message of one part.
     *
     * @param part its octets, which are copied
     * @return the message
     */
    public static Message of(byte[] part) {
        return new Message(Bytes.of(part), null);
    }

    /**
     * Makes a message that came from a peer and has one part.
     *
     * @param part the part
     * @param from the peer, if known
     * @return the message
     */
    public static Message received(Bytes part, @Nullable Peer from) {
        return new Message(Objects.requireNonNull(part, "part"), from);
    }

    /**
     * Makes a message that came from a peer.
     *
     * @param parts the parts; the list stays the caller's
     * @param from the peer, if known
     * @return the message
     * @throws IllegalArgumentException if there is no part
     */
    public static Message received(List<Bytes> parts, @Nullable Peer from) {
        return parts.size() == 1 ? received(parts.get(0), from) : owning(parts.toArray(new Bytes[0]), from);
    }

    /** {@return the number of parts, at least one} */
    public int size() {
        return content instanceof Bytes[] parts ? parts.length : 1;
    }

    /**
     * Looks at one part.
     *
     * @param index its index
     * @return the part
     * @throws IndexOutOfBoundsException if there is no such part
     */
    public Bytes part(int index) {
        if (content instanceof Bytes[] parts) {
            return parts[index];
        }
        if (index != 0) {
            throw new IndexOutOfBoundsException("part: expected index 0, but it is " + index);
        }
        return (Bytes) content;
    }

    /** {@return the parts, in an unmodifiable list} */
    public List<Bytes> parts() {
        return content instanceof Bytes[] parts ? List.of(parts) : List.of((Bytes) content);
    }

    /** {@return the first part: the topic of a published message, the routing id on a ROUTER} */
    public Bytes first() {
        return content instanceof Bytes[] parts ? parts[0] : (Bytes) content;
    }

    /** {@return the last part: usually the body} */
    public Bytes last() {
        return content instanceof Bytes[] parts ? parts[parts.length - 1] : (Bytes) content;
    }

    /** {@return the last part read as UTF-8} */
    public String text() {
        return last().utf8();
    }

    /** {@return the sum of the sizes of the parts, in octets; frame headers do not count} */
    public long bytes() {
        if (content instanceof Bytes[] parts) {
            long sum = 0;
            for (Bytes part : parts) {
                sum += part.size();
            }
            return sum;
        }
        return ((Bytes) content).size();
    }

    /**
     * Puts a part before the others.
     *
     * @param part the new first part
     * @return the longer message, from the same peer, with the same greatest age
     */
    public Message prepend(Bytes part) {
        Bytes[] longer = new Bytes[size() + 1];
        longer[0] = part;
        copyParts(0, longer, 1, size());
        return owning(longer, peer, maxAge);
    }

    /**
     * Puts a part behind the others.
     *
     * @param part the new last part
     * @return the longer message, from the same peer, with the same greatest age
     */
    public Message append(Bytes part) {
        Bytes[] longer = new Bytes[size() + 1];
        copyParts(0, longer, 0, size());
        longer[size()] = part;
        return owning(longer, peer, maxAge);
    }

    /**
     * Leaves out the first parts.
     *
     * @param parts how many, from 0 to one less than there are
     * @return the shorter message, from the same peer, with the same greatest age
     * @throws IllegalArgumentException if no part would be left
     */
    public Message skip(int parts) {
        if (parts < 0 || parts >= size()) {
            throw new IllegalArgumentException(
                    "skip: expected 0 to " + (size() - 1) + " parts, so that one is left, but it is " + parts);
        }
        if (parts == 0) {
            return this;
        }
        Bytes[] rest = new Bytes[size() - parts];
        copyParts(parts, rest, 0, rest.length);
        return owning(rest, peer, maxAge);
    }

    /**
     * Leaves out one part.
     *
     * @param index its index
     * @return the shorter message, from the same peer, with the same greatest age
     * @throws IndexOutOfBoundsException if there is no such part
     * @throws IllegalArgumentException if no part would be left
     */
    public Message without(int index) {
        Bytes[] rest = new Bytes[size() - 1];
        Objects.checkIndex(index, size());
        copyParts(0, rest, 0, index);
        copyParts(index + 1, rest, index, rest.length - index);
        return owning(rest, peer, maxAge);
    }

    private void copyParts(int from, Bytes[] target, int at, int count) {
        if (content instanceof Bytes[] parts) {
            System.arraycopy(parts, from, target, at, count);
        } else if (count == 1) {
            target[at] = (Bytes) content;
        }
    }

    /**
     * Names the sender.
     *
     * @param from the peer, if known
     * @return a message that shares the parts, from that peer; of any age, as that was the sender's to say
     */
    public Message from(@Nullable Peer from) {
        return new Message(content, from);
    }

    /** {@return the peer that sent it; empty unless it was received} */
    public Optional<Peer> peer() {
        return Optional.ofNullable(peer);
    }

    /**
     * Limits how long it may wait to be written, from when a socket accepts it: then it is dropped, which is counted and
     * reported as {@code EXPIRED}. Nothing of this goes on the wire.
     *
     * @param age from a millisecond to 24 days
     * @return a message that shares the parts, from the same peer
     * @see io.zmtp.reactive.socket.SocketOptions#maxAge
     */
    public Message withMaxAge(Duration age) {
        if (age.compareTo(MIN_AGE) < 0 || age.compareTo(MAX_AGE) > 0) {
            throw new IllegalArgumentException("maxAge: expected PT0.001S to " + MAX_AGE + ", but it is " + age);
        }
        return new Message(content, peer, (int) age.toMillis());
    }

    /** {@return how long it may wait to be written; empty if there is no limit of its own} */
    public Optional<Duration> maxAge() {
        return maxAge == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(maxAge));
    }

    /** {@return whether it may wait for a limited time only: see {@link #maxAge()}} */
    public boolean ages() {
        return maxAge != 0;
    }

    @Override
    public Iterator<Bytes> iterator() {
        return parts().iterator();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Message that && Objects.deepEquals(content, that.content);
    }

    @Override
    public int hashCode() {
        return content instanceof Bytes[] parts ? Arrays.hashCode(parts) : content.hashCode();
    }

    /** {@return the first parts, each as {@link Bytes#toString()} shows it} */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        for (int index = 0; index < Math.min(size(), MAX_SHOWN_PARTS); index++) {
            text.append(index == 0 ? "" : ", ").append(part(index));
        }
        return text.append(size() > MAX_SHOWN_PARTS ? ", … (" + size() + " parts)]" : "]")
                .toString();
    }
}
