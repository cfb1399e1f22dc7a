package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keys in files: certificates as czmq and JeroMQ write them (ZPL, RFC 4), or plain files with one key of 40 characters
 * of Z85.
 *
 * <p>Every method blocks. To read a file in each handshake, give
 * {@code Mono.fromCallable(() -> KeyFile.readPair(path)).subscribeOn(Schedulers.boundedElastic())} to
 * {@link CurveMechanism#server(reactor.core.publisher.Mono, Authenticator)}. An {@code IOException} names the file, and
 * repeats nothing of its content.
 *
 * @see <a href="https://rfc.zeromq.org/spec/4/">RFC 4, ZPL</a>
 * @since 0.1
 */
public final class KeyFile {

    private static final String SECRET_SUFFIX = "_secret";
    private static final Pattern SECTION = Pattern.compile("(\\S+)\\s*(#.*)?");
    /** Indented, and in quotes, as {@code #} is a character of Z85, and also begins a comment. */
    private static final Pattern KEY = Pattern.compile("\\s+(public|secret)-key\\s*=\\s*([\"'])(\\S{40})\\2\\s*(#.*)?");

    private KeyFile() {}

    /**
     * Reads a pair.
     *
     * @param file a secret certificate, or a plain file with a secret key
     * @return the pair
     * @throws IOException if it cannot be read, has no secret key, or has a public key that does not belong to it
     */
    public static KeyPair readPair(Path file) throws IOException {
        Bytes secretKey = read(file, "secret");
        Bytes publicKey = find(file, "public");
        try {
            return publicKey == null ? KeyPair.of(secretKey) : KeyPair.of(publicKey, secretKey);
        } catch (IllegalArgumentException mismatch) {
            throw new IOException(file + ": " + mismatch.getMessage(), mismatch);
        }
    }

    /**
     * Reads a public key.
     *
     * @param file a certificate, or a plain file with a public key
     * @return the key
     * @throws IOException if it cannot be read or has no public key
     */
    public static Bytes readPublicKey(Path file) throws IOException {
        return read(file, "public");
    }

    /**
     * Writes two certificates: the public one, and beside it, under its name with {@code _secret} behind, the one with
     * both keys, which only its owner may read where the file system knows of owners.
     *
     * @param keys the pair
     * @param file where the public one goes
     * @throws IOException if one cannot be written, or is there already
     */
    public static void writeCertificates(KeyPair keys, Path file) throws IOException {
        String curve = "curve\n    public-key = \"" + keys.publicKey().z85() + "\"\n";
        String secret = "    secret-key = \"" + keys.secretKey().z85() + "\"\n";
        write(
                file.resolveSibling(file.getFileName() + SECRET_SUFFIX),
                "#   ZeroMQ CURVE **Secret** Certificate\n"
                        + "#   Do not give this file to anybody, and do not change its permissions.\n\n" + curve
                        + secret,
                true);
        write(file, "#   ZeroMQ CURVE Public Certificate\n#   Give this file to peers.\n\n" + curve, false);
    }

    /**
     * Writes each key to a plain file, the secret one for its owner only where the file system knows of owners.
     *
     * @param keys the pair
     * @param publicFile where the public key goes
     * @param secretFile where the secret key goes
     * @throws IOException if one cannot be written, or is there already
     */
    public static void writePlain(KeyPair keys, Path publicFile, Path secretFile) throws IOException {
        write(secretFile, keys.secretKey().z85() + "\n", true);
        write(publicFile, keys.publicKey().z85() + "\n", false);
    }

    private static void write(Path file, String text, boolean secret) throws IOException {
        boolean owners = FileSystems.getDefault().equals(file.getFileSystem())
                && file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = secret && owners
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        try (var channel = Files.newByteChannel(
                file, EnumSet.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), attributes)) {
            channel.write(StandardCharsets.US_ASCII.encode(text));
        }
    }

    private static Bytes read(Path file, String which) throws IOException {
        Bytes key = find(file, which);
        if (key == null) {
            key = plain(file);
        }
        if (key == null) {
            throw new IOException(file + ": expected a " + which
                    + " key, in a certificate's section curve or as 40 characters of Z85, but there is none");
        }
        return key;
    }

    /** The key of a certificate. */
    private static @Nullable Bytes find(Path file, String which) throws IOException {
        boolean curve = false;
        for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
            Matcher section = SECTION.matcher(line);
            if (section.matches() && !line.startsWith("#")) {
                curve = section.group(1).equals("curve");
            }
            Matcher key = KEY.matcher(line);
            if (curve && key.matches() && key.group(1).equals(which)) {
                return decode(file, key.group(3));
            }
        }
        return null;
    }

    private static @Nullable Bytes plain(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        return text.length() == 40 && text.chars().noneMatch(Character::isWhitespace) ? decode(file, text) : null;
    }

    private static Bytes decode(Path file, String z85) throws IOException {
        try {
            return Bytes.z85(z85);
        } catch (IllegalArgumentException malformed) {
            throw new IOException(file + ": " + malformed.getMessage(), malformed);
        }
    }
}
