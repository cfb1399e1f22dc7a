package io.zmtp.spring.listener;

import io.zmtp.reactive.Bytes;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.util.AntPathMatcher;

/** The topics that a listener wants: a prefix, or a pattern for whole topics, of words between dots. */
final class Topic {

    /** A longer topic matches no pattern: what a peer sends must not decide how long matching takes. In octets. */
    static final int MAX_OCTETS = 255;

    /** Wildcards of any length in one word. The time to match a word grows with its length to the power of this. */
    private static final int MAX_WILDCARDS = 2;

    private static final AntPathMatcher MATCHER = new AntPathMatcher(".");
    private static final Pattern WILDCARD =
            Pattern.compile("\\*|\\{((?:\\{[^/]+?}|[^/{}]|\\\\[{}])+?)}"); // as the matcher has it

    private final String text;
    private final boolean isPattern;
    private final Bytes prefix;

    /**
     * A topic as an annotation has it.
     *
     * @throws IllegalArgumentException if it is a pattern that cannot be matched, or not in reasonable time
     */
    Topic(String text) {
        this.text = text;
        this.isPattern = MATCHER.isPattern(text);
        this.prefix = Bytes.utf8(isPattern ? literal(text) : text);
        if (isPattern) {
            for (String word : text.split("\\.", -1)) {
                check(word);
            }
        }
    }

    private static String literal(String pattern) {
        int end = 0;
        while ("*?{".indexOf(pattern.charAt(end)) < 0) {
            end++;
        }
        String literal = pattern.substring(0, end);
        // "a.**" also matches "a"
        return pattern.startsWith("**", end) && literal.endsWith(".") ? literal.substring(0, end - 1) : literal;
    }

    private static void check(String word) {
        int unbounded = 0;
        for (Matcher each = WILDCARD.matcher(word); each.find(); ) {
            String variable = each.group(1);
            int colon = variable == null ? -1 : variable.indexOf(':');
            if (colon < 0) {
                unbounded++;
            } else if (Pattern.compile(variable.substring(colon + 1))
                            .matcher("")
                            .groupCount()
                    > 0) {
                throw new IllegalArgumentException(each.group()
                        + ": expected an expression without groups, but it has one: write (?:…) instead of (…)");
            }
        }
        if (unbounded > MAX_WILDCARDS) {
            throw new IllegalArgumentException("'" + word + "': expected at most " + MAX_WILDCARDS
                    + " variables and wildcards between two dots, but it has " + unbounded
                    + ": give variables an expression, as {day:[0-9]+}");
        }
    }

    /** What a SUB socket subscribes to: all up to the first wildcard. */
    String prefix() {
        return prefix.utf8();
    }

    /** The variables; null if it does not match. */
    @Nullable
    Map<String, String> match(Bytes topic) {
        if (!topic.startsWith(prefix)) {
            return null;
        }
        return isPattern ? matchWhole(topic) : Map.of();
    }

    private @Nullable Map<String, String> matchWhole(Bytes bytes) {
        if (bytes.size() > MAX_OCTETS) {
            return null;
        }
        String topic = bytes.utf8();
        return MATCHER.match(text, topic) ? new HashMap<>(MATCHER.extractUriTemplateVariables(text, topic)) : null;
    }

    @Override
    public String toString() {
        return text;
    }
}
