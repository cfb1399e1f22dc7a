package io.zmtp.spring.core;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import org.jspecify.annotations.Nullable;

/** What a convention gave first: mostly all that there is, and not put into a map for each message then. */
final class KnownKeys {

    private KeyValues first = KeyValues.empty();
    private boolean isGiven;

    /** Whether there are others, in the map. */
    private boolean areMore;

    /** Whether that was all: the convention is asked twice. Otherwise they go to the map. */
    @SuppressWarnings("ReferenceEquality")
    boolean take(KeyValues values) {
        if (!isGiven) {
            first = values;
            isGiven = true;
        } else if (values != first) {
            areMore = true;
        }
        return values == first;
    }

    /** One goes to the map. */
    void addsMore() {
        areMore = true;
    }

    /** All go to the map. */
    KeyValues giveUp() {
        KeyValues given = first;
        first = KeyValues.empty();
        isGiven = true;
        areMore = true;
        return given;
    }

    /** Whether there is nothing in the map. */
    boolean areAll() {
        return !areMore;
    }

    KeyValues all() {
        return first;
    }

    KeyValues and(KeyValues added) {
        return first.and(added);
    }

    @Nullable
    KeyValue get(String key) {
        return first.stream()
                .filter(each -> each.getKey().equals(key))
                .findFirst()
                .orElse(null);
    }
}
