package io.zmtp.spring.listener;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.AntPathMatcher;

/** What a listener wants: a prefix of topics, or a pattern for whole ones, of words between dots. */
record Topic(String text) {

    private static final AntPathMatcher MATCHER = new AntPathMatcher(".");

    private boolean isPattern() {
        return MATCHER.isPattern(text);
    }

    /** What a SUB socket subscribes to: everything up to the first wildcard. */
    String prefix() {
        if (!isPattern()) {
            return text;
        }
        int end = 0;
        while ("*?{".indexOf(text.charAt(end)) < 0) {
            end++;
        }
        String literal = text.substring(0, end);
        // "a.**" also matches "a"
        return text.startsWith("**", end) && literal.endsWith(".") ? literal.substring(0, end - 1) : literal;
    }

    /** The variables; null if it does not match. */
    @Nullable
    Map<String, String> match(String topic) {
        if (!isPattern()) {
            return topic.startsWith(text) ? Map.of() : null;
        }
        return MATCHER.match(text, topic) ? new HashMap<>(MATCHER.extractUriTemplateVariables(text, topic)) : null;
    }
}
