package io.zmtp.reactive.mechanism.crypto;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Whose code computes CURVE: chosen once, when it is first needed. libsodium if the JDK can call it and it is installed,
 * else Bouncy Castle; our own Salsa20 and Poly1305 for messages where they are faster than what is there. The system property
 * {@value #PROPERTY} asks for one. What does not compute the known answers is not used.
 */
public final class Cryptography {

    /**
     * The system property: {@code libsodium}, for all of it; {@code java}, Bouncy Castle with our own Salsa20 and Poly1305 for messages; or
     * {@code bouncycastle}, for messages too, which is several times slower.
     */
    public static final String PROPERTY = "io.zmtp.reactive.cryptography";

    private static final Cryptography CHOSEN =
            choose(System.getProperty(PROPERTY, "").strip());

    private final Primitives primitives;
    private final String description;

    private Cryptography(Primitives primitives, String description) {
        this.primitives = primitives;
        this.description = description;
    }

    static Primitives chosen() {
        return CHOSEN.primitives;
    }

    /**
     * What was chosen, for people.
     *
     * @return whose code, with its version: {@code libsodium 1.0.18}; and why not another
     */
    public static String description() {
        return CHOSEN.description;
    }

    /** Chooses; an empty name leaves the choice to us. */
    static Cryptography choose(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "" -> firstOf(() -> new Sodium(true), () -> new BouncyCastle(true));
            case "libsodium" -> firstOf(() -> new Sodium(false));
            case "java" -> firstOf(() -> new BouncyCastle(true));
            case "bouncycastle" -> firstOf(() -> new BouncyCastle(false));
            default ->
                throw new IllegalArgumentException(
                        "expected libsodium, java or bouncycastle as " + PROPERTY + ", but it is " + name);
        };
    }

    @SafeVarargs
    static Cryptography firstOf(Supplier<Primitives>... candidates) {
        List<String> refused = new ArrayList<>();
        for (Supplier<Primitives> candidate : candidates) {
            try {
                Primitives primitives = candidate.get();
                KnownAnswers.check(primitives);
                String why = refused.isEmpty() ? "" : " (" + String.join("; ", refused) + ")";
                return new Cryptography(primitives, primitives.description() + why);
            } catch (LinkageError | IllegalStateException unusable) {
                refused.add("no libsodium: " + reason(unusable));
            }
        }
        throw new IllegalStateException("expected cryptography for CURVE, but there is " + String.join("; ", refused));
    }

    private static String reason(Throwable unusable) {
        Throwable innermost = unusable;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String text = innermost.getMessage();
        return text == null ? innermost.getClass().getSimpleName() : text;
    }
}
