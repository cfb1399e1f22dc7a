package io.zmtp.reactive.mechanism.crypto;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whose code computes CURVE: chosen once, when it is first needed. libsodium if the JDK can call it and it is installed,
 * else Bouncy Castle; our own Salsa20 and Poly1305 for messages where they are faster than what is there. The system property
 * {@value #PROPERTY} asks for one. What does not compute the known answers is not used.
 */
public final class Cryptography {

    /**
     * The system property: {@code libsodium}, for all of it; {@code java}, Bouncy Castle with our own Salsa20 and Poly1305 for
     * messages; or {@code bouncycastle}, for messages too, which is several times slower.
     */
    public static final String PROPERTY = "io.zmtp.reactive.cryptography";

    private static final Cryptography CHOSEN = ofProperty();

    /** Null if what the property asks for is not there. */
    private final @Nullable Primitives primitives;

    private final String description;

    private Cryptography(@Nullable Primitives primitives, String description) {
        this.primitives = primitives;
        this.description = description;
    }

    /** What cannot be had is reported at each use, and not only where this class is loaded. */
    private static Cryptography ofProperty() {
        try {
            return choose(System.getProperty(PROPERTY, "").strip());
        } catch (IllegalArgumentException | IllegalStateException none) {
            return new Cryptography(null, String.valueOf(none.getMessage()));
        }
    }

    /**
     * What was chosen.
     *
     * @throws IllegalStateException if what the property asks for is not there
     */
    static Primitives chosen() {
        Primitives chosen = CHOSEN.primitives;
        if (chosen == null) {
            throw new IllegalStateException(CHOSEN.description);
        }
        return chosen;
    }

    /**
     * What was chosen, for people.
     *
     * @return whose code, with its version: {@code libsodium 1.0.18}; and why not another, or why there is none
     */
    public static String description() {
        return CHOSEN.description;
    }

    /** Chooses; an empty name leaves the choice to us. */
    static Cryptography choose(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "" -> firstOf(() -> sodium(true), () -> new BouncyCastle(true));
            case "libsodium" -> firstOf(() -> sodium(false));
            case "java" -> firstOf(() -> new BouncyCastle(true));
            case "bouncycastle" -> firstOf(() -> new BouncyCastle(false));
            default ->
                throw new IllegalArgumentException(
                        "expected libsodium, java or bouncycastle as " + PROPERTY + ", but it is " + name);
        };
    }

    private static Primitives sodium(boolean ownSmallBoxes) {
        try {
            return new Sodium(ownSmallBoxes);
        } catch (LinkageError missing) {
            throw new IllegalStateException("no libsodium: " + reason(missing), missing);
        }
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
            } catch (IllegalStateException unusable) {
                refused.add(String.valueOf(unusable.getMessage()));
            }
        }
        throw new IllegalStateException(
                "expected cryptography for CURVE, but there is none: " + String.join("; ", refused));
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
