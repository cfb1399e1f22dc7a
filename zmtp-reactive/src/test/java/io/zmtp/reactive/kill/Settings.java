package io.zmtp.reactive.kill;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The {@code key=value} arguments of {@link KillTest}. */
record Settings(Map<String, String> values) {

    private static final Set<String> KEYS = Set.of("minutes", "kills", "level", "mechanism", "seed", "rate", "victims");

    static Settings parse(String... arguments) {
        Map<String, String> values = new HashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String key = argument.substring(0, Math.max(0, equals));
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException(
                        "expected key=value with one of " + KEYS + ", but it is " + argument);
            }
            values.put(key, argument.substring(equals + 1));
        }
        return new Settings(Map.copyOf(values));
    }

    private String text(String key, String otherwise) {
        return values.getOrDefault(key, otherwise);
    }

    Duration length() {
        return Duration.ofMillis((long) (Double.parseDouble(text("minutes", "10")) * 60_000));
    }

    int kills() {
        return Integer.parseInt(text("kills", "200"));
    }

    /** {@code replay}, or a level of acknowledged work. */
    String level() {
        return text("level", "replay");
    }

    boolean isReplay() {
        return level().equals("replay");
    }

    String title() {
        return isReplay() ? "replay" : "level " + level();
    }

    boolean curve() {
        return text("mechanism", "null").equals("curve");
    }

    long seed() {
        return Long.parseLong(text("seed", "1"));
    }

    /** Messages a second. */
    int rate() {
        return Integer.parseInt(text("rate", "2000"));
    }

    /** A level of acknowledged work. */
    int number() {
        return Integer.parseInt(level());
    }

    /** Receivers of levels 2 and 3 forget what they had when they are killed, so that these are left alone. */
    boolean killsReceivers() {
        return text("victims", level().compareTo("1") > 0 && !isReplay() ? "sender" : "all")
                .equals("all");
    }
}
