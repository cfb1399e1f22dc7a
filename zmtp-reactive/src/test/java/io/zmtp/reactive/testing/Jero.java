package io.zmtp.reactive.testing;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.zeromq.SocketType;
import org.zeromq.ZAuth;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * JeroMQ, the older implementation on the JVM, for tests to meet. It announces ZMTP 3.0 and has the draft types too.
 * Its sockets are not thread safe: use each from one thread at a time.
 */
public final class Jero implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;
    private static final int NUDGE_MILLIS = 300;

    private final ZContext context = new ZContext();
    private final List<ZAuth> auths = new ArrayList<>();
    private final ScheduledExecutorService nudges = Executors.newSingleThreadScheduledExecutor(Jero::daemon);

    public Jero() {
        nudges.scheduleWithFixedDelay(this::nudge, NUDGE_MILLIS, NUDGE_MILLIS, TimeUnit.MILLISECONDS);
    }

    private static Thread daemon(Runnable nudging) {
        Thread thread = new Thread(nudging, "jero-nudges");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * One in a hundred of the connections that it makes is forgotten, before the first octet, until its I/O thread has
     * another channel to watch: here is one.
     */
    private void nudge() {
        try (ZMQ.Socket another = context.getContext().socket(SocketType.PULL)) {
            another.bind("tcp://127.0.0.1:*");
        }
    }

    /** A new socket with linger 0 and time-outs of 30 s; closed with this. */
    public ZMQ.Socket open(SocketType type) {
        ZMQ.Socket socket = context.createSocket(type);
        socket.setLinger(0);
        socket.setSendTimeOut(TIMEOUT_MILLIS);
        socket.setReceiveTimeOut(TIMEOUT_MILLIS);
        return socket;
    }

    /**
     * Lets in over PLAIN who is in this file, one {@code name=password} a line; JeroMQ's servers refuse everybody else.
     * Call it before a server binds.
     */
    public void allowPlain(Path passwords) {
        ZAuth auth = new ZAuth(context);
        auth.configurePlain("*", passwords.toString());
        auths.add(auth);
    }

    /**
     * Lets in over CURVE whose certificate is in this folder; without it JeroMQ's servers let everybody in. Call it
     * before a server binds.
     */
    public void allowCurve(Path certificates) {
        ZAuth auth = new ZAuth(context);
        auth.configureCurve(certificates.toString());
        auths.add(auth);
    }

    /** Binds, and returns the endpoint with its wildcards resolved. */
    public static String bind(ZMQ.Socket socket, String endpoint) {
        if (!socket.bind(endpoint)) {
            throw new AssertionError("JeroMQ cannot bind " + endpoint + ", errno " + socket.errno());
        }
        return socket.getLastEndpoint();
    }

    /** Sends one message of UTF-8 parts, or fails after the time-out. */
    public static void send(ZMQ.Socket socket, String... parts) {
        send(
                socket,
                Arrays.stream(parts)
                        .map(part -> part.getBytes(StandardCharsets.UTF_8))
                        .toArray(byte[][]::new));
    }

    /** Sends one message, or fails after the time-out. */
    public static void send(ZMQ.Socket socket, byte[]... parts) {
        for (int i = 0; i < parts.length; i++) {
            int flags = i < parts.length - 1 ? ZMQ.SNDMORE : 0;
            if (!socket.send(parts[i], flags)) {
                throw new AssertionError("JeroMQ " + socket.getSocketType() + ": no peer took the message in time");
            }
        }
    }

    /** The parts of the next message, or fails after the time-out. */
    public static List<byte[]> receive(ZMQ.Socket socket) {
        List<byte[]> parts = new ArrayList<>();
        do {
            byte[] part = socket.recv();
            if (part == null) {
                throw new AssertionError("JeroMQ " + socket.getSocketType() + ": no message came in time");
            }
            parts.add(part);
        } while (socket.hasReceiveMore());
        return parts;
    }

    /** The parts of the next message as UTF-8. */
    public static List<String> receiveStrings(ZMQ.Socket socket) {
        return receive(socket).stream()
                .map(part -> new String(part, StandardCharsets.UTF_8))
                .toList();
    }

    @Override
    public void close() {
        nudges.shutdown();
        // JeroMQ 0.6.0 was seen to wait for ever for a socket of its own; that is no reason to wait with it.
        Thread closing = new Thread(
                () -> {
                    auths.forEach(ZAuth::close);
                    context.close();
                },
                "closing JeroMQ");
        closing.setDaemon(true);
        try {
            nudges.awaitTermination(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
            closing.start();
            closing.join(TIMEOUT_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (closing.isAlive()) {
            System.err.println("JeroMQ did not close its sockets in time");
        }
    }
}
