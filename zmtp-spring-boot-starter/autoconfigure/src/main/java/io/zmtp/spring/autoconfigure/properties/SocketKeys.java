package io.zmtp.spring.autoconfigure.properties;

import java.lang.reflect.RecordComponent;
import java.util.function.Consumer;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;

/** The keys of a socket, as they are written. */
final class SocketKeys {

    private SocketKeys() {}

    /** Calls with each key that is set, such as {@code reconnect.max}. */
    static void forEach(SocketProperties properties, Consumer<String> key) {
        forEach("", properties, key);
    }

    private static void forEach(String group, Record properties, Consumer<String> key) {
        for (RecordComponent component : properties.getClass().getRecordComponents()) {
            Object value = Inheritance.read(component, properties);
            String name = group + dashed(component.getName());
            if (value instanceof Record nested) {
                forEach(name + ".", nested, key);
            } else if (value != null) {
                key.accept(name);
            }
        }
    }

    /** {@return a name of Java as it is written in properties} */
    static String dashed(String name) {
        return DataObjectPropertyName.toDashedForm(name);
    }
}
