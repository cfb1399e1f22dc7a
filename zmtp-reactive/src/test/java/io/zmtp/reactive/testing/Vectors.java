package io.zmtp.reactive.testing;

import io.zmtp.reactive.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Known answers, made by other implementations: each file says by which. */
public record Vectors(JsonNode node) {

    /** Those of a file in the folder {@code vectors}. */
    public static Vectors load(String name) {
        try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + name + ".json")) {
            return new Vectors(JsonMapper.shared().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is in there, name by name. */
    public Vectors at(String... names) {
        JsonNode found = node;
        for (String name : names) {
            found = found.required(name);
        }
        return new Vectors(found);
    }

    /** The octets of a hexadecimal string. */
    public byte[] hex(String... names) {
        return HexFormat.of().parseHex(at(names).node.asString());
    }

    public Bytes bytes(String... names) {
        return Bytes.wrap(hex(names));
    }

    public int number(String name) {
        return node.required(name).asInt();
    }

    public long longNumber(String name) {
        return node.required(name).asLong();
    }

    public String text(String name) {
        return node.required(name).asString();
    }

    public boolean has(String name) {
        return node.has(name);
    }

    /** The entries of a list. */
    public List<Vectors> list(String... names) {
        return StreamSupport.stream(at(names).node.spliterator(), false)
                .map(Vectors::new)
                .toList();
    }

    /** The text that the files describe by its length: octet i is {@code 7 i + 3}. */
    public static byte[] pattern(int length) {
        byte[] octets = new byte[length];
        for (int i = 0; i < length; i++) {
            octets[i] = (byte) (7 * i + 3);
        }
        return octets;
    }

    /** Names a case in reports. */
    @Override
    public String toString() {
        for (String name : List.of("why", "length", "u", "block_counter", "wire_frame")) {
            if (has(name)) {
                return name + " " + node.get(name).asString();
            }
        }
        String text = node.toString();
        return text.substring(0, Math.min(text.length(), 60));
    }
}
