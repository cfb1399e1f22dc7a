package io.zmtp.reactive.connection;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.testing.RawListener;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * One of our servers, or a client, among raw peers: hears what comes and how connections end, cleans up, and fails if
 * any of it was logged as an error, with a stack trace, or with the word that tests take for a password.
 */
final class Rig implements AutoCloseable {
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Long enough for a loaded machine to do a handshake, short enough to wait for. */
    static final Duration SHORT = Duration.ofMillis(400);

    static final String PASSWORD = "hunter2";

    private final Deque<AutoCloseable> resources = new ArrayDeque<>();
    private final LinkedTransferQueue<ZmtpConnection> connections = new LinkedTransferQueue<>();
    private final LinkedTransferQueue<Message> messages = new LinkedTransferQueue<>();
    private final LinkedTransferQueue<Closed> ends = new LinkedTransferQueue<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private @Nullable String endpoint;
    private @Nullable RawListener listener;

    Rig() {
        log.start();
        rootLogger().addAppender(log);
    }

    static ZmtpServer pull() {
        return ZmtpServer.create().socketType(SocketType.PULL);
    }

    static ZmtpClient push() {
        return ZmtpClient.create().socketType(SocketType.PUSH);
    }

    // ---- a server

    /** Binds, and receives whatever comes. */
    Rig receive(ZmtpServer server) {
        return bind(server.handle(
                connection -> connection.receive().doOnNext(messages::add).then()));
    }

    /** Binds and does nothing with the connections: nobody asks for a message. */
    Rig bind(ZmtpServer server) {
        Binding binding = server.doOnReady(connections::add)
                .doOnDisconnected((connection, closed) -> ends.add(closed))
                .bindNow("tcp://127.0.0.1:*");
        endpoint = binding.endpoint().toString();
        resources.push(() -> {
            binding.connections().forEach(Disposable::dispose);
            binding.dispose();
        });
        return this;
    }

    /** A raw peer connected to the server, before its first octet. */
    RawPeer peer() {
        return adopt(RawPeer.connect(endpoint()));
    }

    /** A raw peer that pushes to the server, after its handshake; once more if a busy machine let its time run out. */
    RawPeer pusher() {
        for (int attempts = 1; ; attempts++) {
            RawPeer peer = peer();
            try {
                peer.handshakeNull("PUSH");
                return peer;
            } catch (AssertionError closed) {
                boolean late =
                        end().cause() instanceof ZmtpHandshakeException failed && failed.failure() == Failure.TIMEOUT;
                if (!late || attempts == 10) {
                    throw closed;
                }
            }
        }
    }

    void assertServesAGoodPeer() {
        pusher().writeMessage("from a good peer");
        assertThat(text()).isEqualTo("from a good peer");
    }

    // ---- a client

    /** Has the client connect to {@link #accepted()}. */
    CompletableFuture<ZmtpConnection> connect(ZmtpClient client) {
        RawListener listening = RawPeer.listen();
        listener = listening;
        resources.push(listening);
        endpoint = listening.endpoint();
        CompletableFuture<ZmtpConnection> opened = client.doOnReady(connections::add)
                .doOnDisconnected((connection, closed) -> ends.add(closed))
                .connect(endpoint())
                .toFuture();
        resources.push(() -> opened.thenAccept(Disposable::dispose));
        return opened;
    }

    /** What the client connected to. */
    RawPeer accepted() {
        if (listener == null) {
            throw new IllegalStateException("connect first");
        }
        return adopt(listener.accept());
    }

    // ---- what happens

    String endpoint() {
        if (endpoint == null) {
            throw new IllegalStateException("bind or connect first");
        }
        return endpoint;
    }

    /** The next connection whose handshake is through. */
    ZmtpConnection connection() {
        return next(connections, "connection");
    }

    Message message() {
        return next(messages, "message");
    }

    /** The parts of the next message, with a bar between them. */
    String text() {
        return String.join(
                "|", message().parts().stream().map(part -> part.utf8()).toList());
    }

    boolean hasMessage() {
        return !messages.isEmpty();
    }

    /** How the next connection ended. */
    Closed end() {
        return next(ends, "end of a connection");
    }

    /** The server refused this peer in the handshake; the text says where. */
    ZmtpHandshakeException handshakeFailure(Failure failure, RawPeer refused) {
        assertThat(refused.awaitClosed(TIMEOUT)).as("closed by us").isTrue();
        refused.close(); // or we would wait a while for it to do so
        Closed end = end();
        assertThat(end.reason()).as("%s", end).isEqualTo(Reason.HANDSHAKE);
        return failure(failure, end.cause());
    }

    /** The client's attempt failed like this, and told the hook the same. */
    ZmtpHandshakeException handshakeFailure(
            Failure failure, RawPeer refused, CompletableFuture<ZmtpConnection> attempt) {
        ZmtpHandshakeException told = failure(failure, error(attempt));
        assertThat(handshakeFailure(failure, refused)).isSameAs(told);
        return told;
    }

    private ZmtpHandshakeException failure(Failure failure, @Nullable Throwable cause) {
        assertThat(cause)
                .isInstanceOf(ZmtpHandshakeException.class)
                .hasMessageStartingWith(endpoint() + " (peer ")
                .hasMessageContaining("/127.0.0.1:");
        ZmtpHandshakeException thrown = (ZmtpHandshakeException) cause;
        assertThat(thrown.failure()).as(thrown.getMessage()).isEqualTo(failure);
        return thrown;
    }

    /** The next connection ended for this reason, with a broken rule or limit as the cause. */
    ZmtpProtocolException violation(Reason reason, RawPeer refused) {
        assertThat(refused.awaitClosed(TIMEOUT)).as("closed by us").isTrue();
        Closed end = end();
        assertThat(end.reason()).as("%s", end).isEqualTo(reason);
        assertThat(end.cause()).isInstanceOf(ZmtpProtocolException.class);
        return (ZmtpProtocolException) end.cause();
    }

    static Throwable error(CompletableFuture<?> attempt) {
        try {
            throw new AssertionError(
                    "expected a failure, but got " + attempt.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
        } catch (ExecutionException failed) {
            return failed.getCause();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("neither success nor failure", e);
        }
    }

    /** Has the rig close this. */
    <T extends AutoCloseable> T adopt(T resource) {
        resources.push(resource);
        return resource;
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

    /** Waits for a publisher to complete. */
    static void await(Mono<?> publisher) {
        publisher.block(TIMEOUT);
    }

    @Override
    public void close() {
        for (AutoCloseable resource : resources) {
            try {
                resource.close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot close " + resource, e);
            }
        }
        rootLogger().detachAppender(log);
        assertThat(List.copyOf(log.list)).allSatisfy(event -> {
            assertThat(event.getLevel()).as("%s", event).isEqualTo(Level.WARN);
            assertThat(event.getThrowableProxy()).as("%s", event).isNull();
            assertThat(event.getFormattedMessage()).doesNotContain(PASSWORD);
        });
    }

    private static Logger rootLogger() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }
}
