package io.zmtp.reactive.connection;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP proxy that passes one connection on, as CONNECT asks. */
final class TunnelProxy implements AutoCloseable {

    /** The lines of what it was asked. */
    final List<String> head = new CopyOnWriteArrayList<>();

    private final ServerSocket listening;

    TunnelProxy() {
        try {
            listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::serve);
    }

    int port() {
        return listening.getLocalPort();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException ended) {
                // the test is over, or one side is
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void serve() throws IOException {
        Socket client = listening.accept();
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        for (String line; !(line = reader.readLine()).isEmpty(); ) {
            head.add(line);
        }
        String[] target = head.get(0).split(" ")[1].split(":");
        Socket server = new Socket(target[0], Integer.parseInt(target[1]));
        OutputStream answer = client.getOutputStream();
        answer.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        answer.flush();
        start(() -> pump(client, server));
        pump(server, client);
    }

    private static void pump(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
