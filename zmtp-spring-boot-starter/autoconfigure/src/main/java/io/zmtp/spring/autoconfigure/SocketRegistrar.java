package io.zmtp.spring.autoconfigure;

import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.replay.ReplayPublisher;
import io.zmtp.reactive.replay.ReplaySubscriber;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.autoconfigure.properties.GroupedKeys;
import io.zmtp.spring.core.ZmtpConfigurationException;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanRegistrar;
import org.springframework.beans.factory.BeanRegistry;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** Makes every named socket a bean of its name and of its type's class. */
final class SocketRegistrar implements BeanRegistrar {

    /** The keys of a socket that are needed before the properties are bound. */
    record Declared(
            @Nullable SocketType type,
            @Nullable Object bind,
            @Nullable DeclaredReplay replay) {}

    /** Whether a socket has a replay. */
    record DeclaredReplay(@Nullable Object bind, @Nullable Object connect) {}

    @Override
    public void register(BeanRegistry registry, Environment environment) {
        GroupedKeys.check(environment);
        Map<String, Declared> sockets = Binder.get(environment)
                .bind("zmtp.sockets", Bindable.mapOf(String.class, Declared.class))
                .orElseGet(Map::of);
        sockets.forEach((name, declared) -> {
            DeclaredReplay replay = declared.replay();
            if (replay != null && replay.bind() != null && declared.type() == SocketType.PUB) {
                register(registry, name, ReplayPublisher.class, ReplayFactory::publisher);
            } else if (replay != null && replay.connect() != null && declared.type() == SocketType.SUB) {
                register(registry, name, ReplaySubscriber.class, ReplayFactory::subscriber);
            } else {
                register(registry, name, declared.type());
            }
        });
    }

    private static <R> void register(
            BeanRegistry registry, String name, Class<R> bean, BiFunction<ReplayFactory, String, R> maker) {
        registry.registerBean(
                name,
                bean,
                spec -> spec.description("zmtp.sockets." + name)
                        .supplier(context -> maker.apply(context.bean(ReplayFactory.class), name)));
    }

    private static void register(BeanRegistry registry, String name, @Nullable SocketType type) {
        if (type == null) {
            throw new ZmtpConfigurationException(
                    "zmtp.sockets." + name + ".type is missing.",
                    "Set it to the pattern that the socket is to speak, such as pull, sub or router.");
        }
        register(registry, name, SocketKind.of(type));
    }

    private static <S extends ZmtpSocket> void register(BeanRegistry registry, String name, SocketKind<S> kind) {
        registry.registerBean(
                name,
                kind.bean(),
                spec -> spec.description("zmtp.sockets." + name)
                        .supplier(context -> context.bean(SocketFactory.class).create(name, kind)));
    }
}
