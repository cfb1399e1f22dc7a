package io.zmtp.reactive.connection;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.testing.ZmqSocket;
import io.zmtp.reactive.wire.Command;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.zeromq.ZMQ;
import reactor.core.Disposable;

/** One connection of ours to a socket of another implementation, either side binding. */
final class Meeting implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Way way;
    private final String endpoint;
    private final Deque<Disposable> ours = new ArrayDeque<>();
    private final LinkedTransferQueue<ZmtpConnection> ready = new LinkedTransferQueue<>();
    private final LinkedTransferQueue<Command> commands = new LinkedTransferQueue<>();
    private Mechanism mechanism = NullMechanism.create();

    /** How to meet. */
    enum Way {
        WE_BIND_TCP,
        THEY_BIND_TCP,
        WE_BIND_IPC,
        THEY_BIND_IPC;

        boolean weBind() {
            return this == WE_BIND_TCP || this == WE_BIND_IPC;
        }

        static Stream<Way> tcp() {
            return Stream.of(WE_BIND_TCP, THEY_BIND_TCP);
        }
    }

    Meeting(Way way, Path folder) {
        this.way = way;
        boolean tcp = way == Way.WE_BIND_TCP || way == Way.THEY_BIND_TCP;
        endpoint = tcp ? "tcp://127.0.0.1:*" : "ipc://" + folder.resolve("socket");
    }

    Meeting with(Mechanism mechanism) {
        this.mechanism = mechanism;
        return this;
    }

    ZmtpConnection with(ZmqSocket theirs, SocketType type) {
        return with(theirs, type, spec -> spec);
    }

    ZmtpConnection with(ZmqSocket theirs, SocketType type, UnaryOperator<ConnectionSpec<?>> options) {
        return with(theirs::bind, theirs::connect, type, options);
    }

    /**
     * Meets.
     *
     * @param bind has theirs bind, and returns where
     * @param connect has theirs connect
     */
    ZmtpConnection with(
            Function<String, String> bind,
            Consumer<String> connect,
            SocketType type,
            UnaryOperator<ConnectionSpec<?>> options) {
        if (way.weBind()) {
            ZmtpServer server = (ZmtpServer) options.apply(
                    ZmtpServer.create().socketType(type).mechanism(mechanism).doOnReady(this::meet));
            Binding binding = server.bindNow(endpoint);
            ours.push(binding);
            connect.accept(binding.endpoint().toString());
        } else {
            ZmtpClient client = (ZmtpClient) options.apply(
                    ZmtpClient.create().socketType(type).mechanism(mechanism).doOnReady(this::meet));
            client.connect(bind.apply(endpoint)).block(TIMEOUT);
        }
        ZmtpConnection connection = next(ready, "connection");
        ours.push(connection);
        return connection;
    }

    private void meet(ZmtpConnection connection) {
        connection.commands().subscribe(commands::add);
        ready.add(connection);
    }

    boolean hasCommand() {
        return !commands.isEmpty();
    }

    /** Does something again until it has its effect, on this thread: their sockets are used from one. */
    static void until(BooleanSupplier done) {
        for (long end = System.nanoTime() + TIMEOUT.toNanos(); !done.getAsBoolean(); ) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not done within " + TIMEOUT);
            }
        }
    }

    /** What JeroMQ brings about; where it binds, it looks after a new peer in calls like the one made here. */
    static <T> T await(CompletableFuture<T> coming, ZMQ.Socket socket) {
        until(() -> {
            socket.getEvents();
            return coming.isDone();
        });
        return coming.join();
    }

    /** The next command that came. */
    Command command() {
        return next(commands, "command");
    }

    static Message receive(ZmtpConnection connection) {
        Message message = connection.receive().blockFirst(TIMEOUT);
        if (message == null) {
            throw new AssertionError(connection + " ended");
        }
        return message;
    }

    static List<String> receiveStrings(ZmtpConnection connection) {
        return receive(connection).parts().stream().map(part -> part.utf8()).toList();
    }

    static void send(ZmtpConnection connection, String... parts) {
        connection.send(Message.of(parts)).block(TIMEOUT);
    }

    private static <T> T next(LinkedTransferQueue<T> queue, String what) {
        try {
            T item = queue.poll(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (item == null) {
                throw new AssertionError("no " + what + " within " + TIMEOUT);
            }
            return item;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        ours.forEach(Disposable::dispose);
    }
}
