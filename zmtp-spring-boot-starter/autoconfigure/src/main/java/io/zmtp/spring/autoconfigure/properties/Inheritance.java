package io.zmtp.spring.autoconfigure.properties;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanUtils;

/** Merges two records of one type: what one leaves out is taken from the other. Nested records are merged, maps joined. */
public final class Inheritance {

    private Inheritance() {}

    public static <R extends Record> R merge(R own, R inherited) {
        RecordComponent[] components = own.getClass().getRecordComponents();
        @Nullable Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = either(read(components[i], own), read(components[i], inherited));
        }
        @SuppressWarnings("unchecked")
        Class<R> type = (Class<R>) own.getClass();
        return BeanUtils.instantiateClass(BeanUtils.getResolvableConstructor(type), values);
    }

    private static @Nullable Object either(@Nullable Object own, @Nullable Object inherited) {
        if (own == null || inherited == null) {
            return own == null ? inherited : own;
        }
        if (own instanceof Record mine && inherited instanceof Record theirs) {
            return merge(mine, theirs);
        }
        if (own instanceof Map<?, ?> mine && inherited instanceof Map<?, ?> theirs) {
            Map<Object, Object> both = new LinkedHashMap<>(theirs);
            both.putAll(mine);
            return both;
        }
        return own;
    }

    static @Nullable Object read(RecordComponent component, Object from) {
        try {
            return component.getAccessor().invoke(from);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
