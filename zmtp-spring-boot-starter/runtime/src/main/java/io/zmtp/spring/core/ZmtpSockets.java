package io.zmtp.spring.core;

import io.zmtp.reactive.socket.ZmtpSocket;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The sockets of the application by the names of their beans, those made from properties and all others.
 *
 * @since 0.1
 */
public final class ZmtpSockets {

    private final Supplier<? extends Map<String, ZmtpSocket>> beans;

    /**
     * Sockets by name.
     *
     * @param beans asked at each call
     */
    public ZmtpSockets(Supplier<? extends Map<String, ZmtpSocket>> beans) {
        this.beans = beans;
    }

    /** {@return all sockets, by name} */
    public Map<String, ZmtpSocket> all() {
        return new TreeMap<>(beans.get());
    }

    /**
     * Finds a socket.
     *
     * @param name its name
     * @throws ZmtpConfigurationException if there is none of that name
     */
    public ZmtpSocket get(String name) {
        Map<String, ZmtpSocket> all = beans.get();
        ZmtpSocket socket = all.get(name);
        if (socket == null) {
            throw new ZmtpConfigurationException(
                    "There is no ZMTP socket named '" + name + "'; there are " + new TreeMap<>(all).keySet() + ".",
                    "Declare it under zmtp.sockets." + name + ", or correct the name.");
        }
        return socket;
    }

    /**
     * Finds a socket that can send, or receive.
     *
     * @param name its name
     * @param ability such as {@code Sender.class} or {@code Receiver.class}
     * @throws ZmtpConfigurationException if there is none of that name, or it cannot do that
     */
    public <T> T get(String name, Class<T> ability) {
        ZmtpSocket socket = get(name);
        if (!ability.isInstance(socket)) {
            throw new ZmtpConfigurationException(
                    "The ZMTP socket '" + name + "' is of type " + socket.type() + ", which is no "
                            + ability.getSimpleName() + ".",
                    "Use a socket of a type that is, or change zmtp.sockets." + name + ".type.");
        }
        return ability.cast(socket);
    }
}
