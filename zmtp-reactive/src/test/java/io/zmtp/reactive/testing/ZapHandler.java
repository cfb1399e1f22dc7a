package io.zmtp.reactive.testing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Answers libzmq's questions about who may connect (RFC 27): libzmq's PLAIN servers refuse everybody without it.
 * It lives on a daemon thread of its own; make it before the server socket accepts, in the same context.
 */
public final class ZapHandler implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(20);

    private final ZmqSocket socket;
    private final Predicate<List<byte[]>> rule;
    private final Thread thread;
    private volatile boolean closed;

    /** Lets in who says this name and password over PLAIN; code 400 to anybody else. */
    public static ZapHandler plain(LibZmq.Context context, String username, String password) {
        return new ZapHandler(
                context,
                request -> text(request, 5).equals("PLAIN")
                        && text(request, 6).equals(username)
                        && text(request, 7).equals(password));
    }

    /** Lets in the CURVE clients with one of these public keys (32 octets each); code 400 to anybody else. */
    public static ZapHandler curve(LibZmq.Context context, byte[]... publicKeys) {
        return new ZapHandler(
                context,
                request -> text(request, 5).equals("CURVE")
                        && List.of(publicKeys).stream().anyMatch(key -> Arrays.equals(key, request.get(6))));
    }

    private ZapHandler(LibZmq.Context context, Predicate<List<byte[]>> rule) {
        this.rule = rule;
        socket = context.open(LibZmq.Type.REP);
        socket.bind("inproc://zeromq.zap.01");
        thread = new Thread(this::serve, "zap-handler");
        thread.setDaemon(true);
        thread.start(); // starting and joining a thread hands the socket over, memory barrier included
        context.adopt(this);
    }

    private void serve() {
        while (!closed) {
            socket.tryReceive(POLL).ifPresent(request -> socket.send(answer(request)));
        }
    }

    private byte[][] answer(List<byte[]> request) {
        boolean accepted = rule.test(request);
        return new byte[][] {
            request.get(0),
            request.get(1),
            ascii(accepted ? "200" : "400"),
            ascii(accepted ? "OK" : "Refused"),
            ascii(accepted ? "tester" : ""),
            ascii("")
        };
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while ending the ZAP handler", e);
        }
        socket.close();
    }

    /** As a REP socket sees a request: version, request id, domain, address, routing id, mechanism, credentials. */
    private static String text(List<byte[]> request, int part) {
        return new String(request.get(part), StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
