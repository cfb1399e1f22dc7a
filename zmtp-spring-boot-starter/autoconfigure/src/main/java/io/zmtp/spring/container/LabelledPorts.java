package io.zmtp.spring.container;

import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.core.ZmtpConfigurationException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;

/** The sockets that the labels of a container name, each with the port of the container that it connects to. */
record LabelledPorts(String container, Map<String, Integer> ports) {

    static final String LABEL = "io.zmtp.socket.";

    static LabelledPorts of(String container, Map<String, String> labels) {
        Map<String, Integer> ports = new TreeMap<>();
        labels.forEach((label, value) -> {
            if (label.startsWith(LABEL)) {
                ports.put(label.substring(LABEL.length()), port(container, label, value));
            }
        });
        if (ports.isEmpty()) {
            throw new ZmtpConfigurationException(
                    "The container " + container + " is to be a peer of sockets, but no label says of which.",
                    "Give it a label " + LABEL + "<name of a socket> with the port of the container as value.");
        }
        return new LabelledPorts(container, ports);
    }

    private static int port(String container, String label, String value) {
        try {
            return Integer.parseInt(value.strip());
        } catch (NumberFormatException none) {
            throw new ZmtpConfigurationException(
                    "The label " + label + " of the container " + container + " is '" + value + "'.",
                    "Make it the number of a port of the container.",
                    none);
        }
    }

    /** With a misspelt name the socket would have no peer, and no error would say so. */
    void check(BeanFactory beans) {
        for (String name : ports.keySet()) {
            if (!beans.containsBean(name) || !beans.isTypeMatch(name, ZmtpSocket.class)) {
                throw new ZmtpConfigurationException(
                        "The label " + LABEL + name + " of the container " + container + " names no socket.",
                        "Correct the label, or declare the socket under zmtp.sockets." + name + ".");
            }
        }
    }

    /**
     * Where a socket connects to.
     *
     * @param mapped the port outside of a port of the container
     * @return null if no label names the socket
     */
    @Nullable
    List<String> connect(String socket, boolean tls, String host, IntUnaryOperator mapped) {
        Integer port = ports.get(socket);
        if (port == null) {
            return null;
        }
        try {
            return List.of((tls ? "tls+tcp://" : "tcp://") + host + ":" + mapped.applyAsInt(port));
        } catch (IllegalArgumentException | IllegalStateException closed) {
            throw new ZmtpConfigurationException(
                    "The label " + LABEL + socket + " of the container " + container + " is " + port
                            + ", but that port is not open to the outside.",
                    "Correct the label, or let the container expose the port.",
                    closed);
        }
    }
}
