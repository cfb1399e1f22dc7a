package io.zmtp.reactive.testing;

import static io.zmtp.reactive.testing.LibZmq.calls;
import static io.zmtp.reactive.testing.LibZmq.check;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.LongByReference;
import io.zmtp.reactive.testing.LibZmq.ZmqException;
import io.zmtp.reactive.testing.LibZmqCalls.Size;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A socket of libzmq, made by {@link LibZmq.Context#open}. Like all of libzmq's it is not thread safe: use it from
 * one thread at a time, its closing included; nothing here checks that. What it did not send when it is closed is lost.
 */
public final class ZmqSocket implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;
    private static final int DONTWAIT = 1;
    private static final int SNDMORE = 2;
    private static final int MESSAGE_BYTES = 64; // sizeof(zmq_msg_t)

    private final LibZmq.Context context;
    private final Pointer pointer;
    private final LibZmq.Type type;
    private boolean closed;

    ZmqSocket(LibZmq.Context context, Pointer pointer, LibZmq.Type type) {
        this.context = context;
        this.pointer = pointer;
        this.type = type;
        option(LibZmq.LINGER, 0);
        option(LibZmq.SNDTIMEO, TIMEOUT_MILLIS);
        option(LibZmq.RCVTIMEO, TIMEOUT_MILLIS);
    }

    /** Binds, and returns the endpoint with its wildcards resolved: {@code tcp://127.0.0.1:49152}. */
    public String bind(String endpoint) {
        check(calls().zmq_bind(pointer, endpoint), "zmq_bind " + endpoint);
        return lastEndpoint();
    }

    public void unbind(String endpoint) {
        check(calls().zmq_unbind(pointer, endpoint), "zmq_unbind " + endpoint);
    }

    /** Begins to connect, in the background. */
    public ZmqSocket connect(String endpoint) {
        check(calls().zmq_connect(pointer, endpoint), "zmq_connect " + endpoint);
        return this;
    }

    public void disconnect(String endpoint) {
        check(calls().zmq_disconnect(pointer, endpoint), "zmq_disconnect " + endpoint);
    }

    /** On SUB: asks for messages that begin with this. */
    public ZmqSocket subscribe(String prefix) {
        return option(LibZmq.SUBSCRIBE, prefix);
    }

    public ZmqSocket unsubscribe(String prefix) {
        return option(LibZmq.UNSUBSCRIBE, prefix);
    }

    /** Sends one message of UTF-8 parts, waiting at most {@code SNDTIMEO} (30 s). */
    public void send(String... parts) {
        send(Arrays.stream(parts)
                .map(part -> part.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new));
    }

    /** Sends one message, waiting at most {@code SNDTIMEO} (30 s). */
    public void send(byte[]... parts) {
        for (int i = 0; i < parts.length; i++) {
            if (!trySend(parts[i], i < parts.length - 1 ? SNDMORE : 0)) {
                throw new AssertionError(this + ": no peer took the message in time");
            }
        }
    }

    /** Sends one message of one part if that needs no waiting; whether it did. */
    public boolean trySend(byte[] body) {
        return trySend(body, DONTWAIT);
    }

    private boolean trySend(byte[] body, int flags) {
        while (calls().zmq_send(pointer, body, new Size(body.length), flags) < 0) {
            if (failed("zmq_send").errno() == ZmqException.EAGAIN) {
                return false;
            }
        }
        return true;
    }

    /** The parts of the next message, waiting at most {@code RCVTIMEO} (30 s). */
    public List<byte[]> receive() {
        return receiveParts().orElseThrow(() -> new AssertionError(this + ": no message came in time"));
    }

    /** The parts of the next message as UTF-8. */
    public List<String> receiveStrings() {
        return receive().stream()
                .map(part -> new String(part, StandardCharsets.UTF_8))
                .toList();
    }

    /** The next message if one comes within this time; afterwards {@code RCVTIMEO} is 30 s again. */
    public Optional<List<byte[]>> tryReceive(Duration timeout) {
        option(LibZmq.RCVTIMEO, Math.toIntExact(timeout.toMillis()));
        try {
            return receiveParts();
        } finally {
            option(LibZmq.RCVTIMEO, TIMEOUT_MILLIS);
        }
    }

    private Optional<List<byte[]>> receiveParts() {
        List<byte[]> parts = new ArrayList<>();
        try (Memory message = new Memory(MESSAGE_BYTES)) {
            boolean more = true;
            while (more) {
                calls().zmq_msg_init(message);
                while (calls().zmq_msg_recv(message, pointer, 0) < 0) {
                    if (failed("zmq_msg_recv").errno() == ZmqException.EAGAIN) {
                        return Optional.empty(); // only before the first part: messages come whole
                    }
                }
                int size = calls().zmq_msg_size(message).intValue();
                parts.add(
                        size == 0 ? new byte[0] : calls().zmq_msg_data(message).getByteArray(0, size));
                more = calls().zmq_msg_more(message) == 1;
                calls().zmq_msg_close(message);
            }
        }
        return Optional.of(parts);
    }

    /** The error of the call before, thrown unless it only means "try again". */
    private ZmqException failed(String call) {
        ZmqException error = new ZmqException(this + ": " + call, Native.getLastError());
        if (error.errno() != ZmqException.EAGAIN && error.errno() != ZmqException.EINTR) {
            throw error;
        }
        return error;
    }

    public ZmqSocket option(int option, int value) {
        return option(
                option,
                ByteBuffer.allocate(4)
                        .order(ByteOrder.nativeOrder())
                        .putInt(value)
                        .array());
    }

    public ZmqSocket option(int option, long value) {
        return option(
                option,
                ByteBuffer.allocate(8)
                        .order(ByteOrder.nativeOrder())
                        .putLong(value)
                        .array());
    }

    public ZmqSocket option(int option, String value) {
        return option(option, value.getBytes(StandardCharsets.UTF_8));
    }

    public ZmqSocket option(int option, byte[] value) {
        check(
                calls().zmq_setsockopt(pointer, option, value, new Size(value.length)),
                this + ": zmq_setsockopt " + option);
        return this;
    }

    public int intOption(int option) {
        return ByteBuffer.wrap(bytesOption(option, 4))
                .order(ByteOrder.nativeOrder())
                .getInt();
    }

    public byte[] bytesOption(int option) {
        return bytesOption(option, 256);
    }

    /** CURVE keys come as 32 octets or as 41 of Z85, by the length asked for. */
    public byte[] bytesOption(int option, int maxLength) {
        byte[] value = new byte[maxLength];
        LongByReference length = new LongByReference(value.length);
        check(calls().zmq_getsockopt(pointer, option, value, length), this + ": zmq_getsockopt " + option);
        return Arrays.copyOf(value, Math.toIntExact(length.getValue()));
    }

    /** Where it was bound last; empty when nowhere. */
    public String lastEndpoint() {
        byte[] value = bytesOption(LibZmq.LAST_ENDPOINT);
        return new String(value, 0, Math.max(0, value.length - 1), StandardCharsets.UTF_8); // without C's final zero
    }

    /** Makes this a CURVE server with this pair of keys (Z85). */
    public ZmqSocket curveServer(LibZmq.KeyPair keys) {
        return option(LibZmq.CURVE_SERVER, 1)
                .option(LibZmq.CURVE_PUBLICKEY, keys.publicKey())
                .option(LibZmq.CURVE_SECRETKEY, keys.secretKey());
    }

    /** Makes this a CURVE client with this pair of keys and the server's public key (Z85). */
    public ZmqSocket curveClient(LibZmq.KeyPair keys, String serverKey) {
        return option(LibZmq.CURVE_SERVERKEY, serverKey)
                .option(LibZmq.CURVE_PUBLICKEY, keys.publicKey())
                .option(LibZmq.CURVE_SECRETKEY, keys.secretKey());
    }

    /** Watches this socket from now on; {@code events} is a sum of the constants in {@link ZmqMonitor}. */
    public ZmqMonitor monitor(int events) {
        String endpoint = "inproc://monitor-" + Pointer.nativeValue(pointer);
        check(calls().zmq_socket_monitor(pointer, endpoint, events), "zmq_socket_monitor");
        return new ZmqMonitor(this, context.open(LibZmq.Type.PAIR).connect(endpoint));
    }

    void stopMonitor() {
        if (!closed) {
            check(calls().zmq_socket_monitor(pointer, null, 0), "zmq_socket_monitor");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            option(LibZmq.LINGER, 0);
            closed = true;
            check(calls().zmq_close(pointer), "zmq_close");
        }
    }

    @Override
    public String toString() {
        return "libzmq " + type;
    }
}
