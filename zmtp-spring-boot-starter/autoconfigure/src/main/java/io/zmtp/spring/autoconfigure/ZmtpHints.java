package io.zmtp.spring.autoconfigure;

import io.zmtp.spring.autoconfigure.properties.DeliveryProperties;
import io.zmtp.spring.autoconfigure.properties.ReplayProperties;
import io.zmtp.spring.autoconfigure.properties.SocketProperties;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** Hints for a native image: the records that properties are bound to, or merged in, by reflection. */
final class ZmtpHints implements RuntimeHintsRegistrar {

    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        for (Class<?> type : new Class<?>[] {
            SocketRegistrar.Declared.class,
            SocketRegistrar.DeclaredReplay.class,
            ReplayProperties.class,
            DeliveryProperties.class,
            SocketProperties.class,
            SocketProperties.ConnectEach.class,
            SocketProperties.Reconnect.class,
            SocketProperties.Heartbeat.class,
            SocketProperties.Ssl.class,
            SocketProperties.Proxy.class,
            SocketProperties.Security.class
        }) {
            hints.reflection()
                    .registerType(
                            type, MemberCategory.INVOKE_DECLARED_CONSTRUCTORS, MemberCategory.INVOKE_PUBLIC_METHODS);
        }
    }
}
