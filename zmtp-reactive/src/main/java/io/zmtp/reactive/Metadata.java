package io.zmtp.reactive;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The properties by which two peers introduce themselves at the end of a handshake (RFC 37, Connection Metadata).
 *
 * <p>Immutable. Names are compared without regard to case, but kept and sent as they were written, in the order in
 * which they were added; libzmq does compare case. Of two properties of one name the first counts. Names of your own
 * begin with {@code X-}; peers that do not know them ignore them.
 *
 * @since 0.1
 */
public final class Metadata implements Iterable<Map.Entry<String, Bytes>> {
    /** The property that names the {@link SocketType} of a peer. */
    public static final String SOCKET_TYPE = "Socket-Type";

    /** The property that carries the routing id of a peer. */
    public static final String IDENTITY = "Identity";

    /** No properties. */
    public static final Metadata EMPTY = new Metadata(Map.of());

    /** The most characters of a name: its size is one octet on the wire. */
    public static final int MAX_NAME = 255;

    /**
     * The properties as on the wire: each name behind its size in one octet, each value behind its size in four. As objects,
     * thousands of tiny properties would be many times what the peer sent; and they are kept as long as the connection is.
     */
    private final byte[] octets;

    private final int count;

    private Metadata(Map<String, Bytes> properties) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        properties.forEach((name, value) -> {
            if (names.add(name)) {
                byte[] text = name.getBytes(StandardCharsets.UTF_8);
                checkSize(text.length);
                all.write(text.length);
                all.writeBytes(text);
                int size = value.size();
                all.write(size >>> 24);
                all.write(size >>> 16);
                all.write(size >>> 8);
                all.write(size);
                all.writeBytes(value.toByteArray());
            }
        });
        octets = all.toByteArray();
        count = names.size();
    }

    /**
     * Makes metadata of properties to send.
     *
     * @param properties values by name, in the map's order
     * @return the metadata
     * @throws IllegalArgumentException if a name is not as {@link #with} wants it
     */
    public static Metadata of(Map<String, Bytes> properties) {
        properties.keySet().forEach(Metadata::checkName);
        return received(properties);
    }

    /**
     * Makes metadata of the properties that a peer sent, whatever their names look like.
     *
     * @param properties values by name, in the map's order
     * @return the metadata
     * @throws IllegalArgumentException if a name has no octets, or more than {@value #MAX_NAME}
     */
    public static Metadata received(Map<String, Bytes> properties) {
        return new Metadata(properties);
    }

    /**
     * Adds a property, or replaces the one of that name.
     *
     * @param name 1 to {@value #MAX_NAME} letters, digits, or characters of {@code - _ . +}
     * @param value its value, which may be empty
     * @return the new metadata
     * @throws IllegalArgumentException if the name is anything else
     */
    public Metadata with(String name, Bytes value) {
        checkName(name);
        Map<String, Bytes> all = new LinkedHashMap<>();
        for (Map.Entry<String, Bytes> each : this) {
            boolean isReplaced = each.getKey().equalsIgnoreCase(name);
            all.put(isReplaced ? name : each.getKey(), isReplaced ? value : each.getValue());
        }
        all.put(name, value);
        return new Metadata(all);
    }

    /**
     * Looks up a property.
     *
     * @param name its name, in any case
     * @return its value
     */
    public Optional<Bytes> get(String name) {
        for (Properties all = new Properties(); all.hasNext(); all.skipValue()) {
            if (all.isNext(name)) {
                return Optional.of(all.nextValue());
            }
        }
        return Optional.empty();
    }

    /**
     * Looks up a property and reads it as UTF-8.
     *
     * @param name its name, in any case
     * @return its value
     */
    public Optional<String> text(String name) {
        return get(name).map(Bytes::utf8);
    }

    /**
     * Looks whether a property is there.
     *
     * @param name its name, in any case
     * @return whether there is one
     */
    public boolean contains(String name) {
        return get(name).isPresent();
    }

    /** {@return the number of properties} */
    public int size() {
        return count;
    }

    /** {@return whether there is no property} */
    public boolean isEmpty() {
        return count == 0;
    }

    /** {@return the octets in which a READY or an INITIATE carries them (RFC 37, The NULL Security Mechanism)} */
    public Bytes octets() {
        return Bytes.wrap(octets);
    }

    /** {@return the names as they were written, in order} */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        forEach(property -> names.add(property.getKey()));
        return Collections.unmodifiableSet(names);
    }

    @Override
    public Iterator<Map.Entry<String, Bytes>> iterator() {
        return new Properties();
    }

    private Map<String, Bytes> values() {
        Map<String, Bytes> values = new LinkedHashMap<>();
        forEach(property -> values.put(property.getKey().toLowerCase(Locale.ROOT), property.getValue()));
        return values;
    }

    /** Compares names, without regard to case and order, and values. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Metadata that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    /** {@return the names only, since a value may be a secret: the first of them, printable} */
    @Override
    public String toString() {
        return Printable.of(names().toString());
    }

    /** Reads them out of the octets. */
    private final class Properties implements Iterator<Map.Entry<String, Bytes>> {

        private int at;

        @Override
        public boolean hasNext() {
            return at < octets.length;
        }

        @Override
        public Map.Entry<String, Bytes> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return Map.entry(nextName(), nextValue());
        }

        private String nextName() {
            int size = octets[at] & 0xff;
            String name = new String(octets, at + 1, size, StandardCharsets.UTF_8);
            at += 1 + size;
            return name;
        }

        /** Goes behind the next name; returns whether it is this one, in upper or lower case. */
        boolean isNext(String name) {
            int size = octets[at] & 0xff;
            boolean same = size == name.length()
                    && name.equalsIgnoreCase(new String(octets, at + 1, size, StandardCharsets.UTF_8));
            at += 1 + size;
            return same;
        }

        Bytes nextValue() {
            int from = at + Integer.BYTES;
            skipValue();
            return Bytes.copyOf(octets, from, at);
        }

        void skipValue() {
            int size = (octets[at] & 0xff) << 24
                    | (octets[at + 1] & 0xff) << 16
                    | (octets[at + 2] & 0xff) << 8
                    | (octets[at + 3] & 0xff);
            at += Integer.BYTES + size;
        }
    }

    private static void checkSize(int name) {
        if (name == 0 || name > MAX_NAME) {
            throw new IllegalArgumentException(
                    "property name: expected 1 to " + MAX_NAME + " characters, but there are " + name);
        }
    }

    private static void checkName(String name) {
        checkSize(name.length());
        for (int index = 0; index < name.length(); index++) {
            char character = name.charAt(index);
            boolean letter = (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
            boolean digit = character >= '0' && character <= '9';
            if (!letter && !digit && "-_.+".indexOf(character) < 0) {
                throw new IllegalArgumentException(
                        "property name: expected letters, digits and - _ . + only, but \"" + Printable.of(name)
                                + "\" has U+" + String.format("%04X", (int) character) + " at index " + index);
            }
        }
    }
}
