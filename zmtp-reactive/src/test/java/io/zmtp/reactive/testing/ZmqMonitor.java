package io.zmtp.reactive.testing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What happens to a socket of libzmq, as it tells; made by {@link ZmqSocket#monitor}, for the same thread. */
public final class ZmqMonitor implements AutoCloseable {
    public static final int CONNECTED = 0x1;
    public static final int CONNECT_DELAYED = 0x2;
    public static final int CONNECT_RETRIED = 0x4;
    public static final int LISTENING = 0x8;
    public static final int BIND_FAILED = 0x10;
    public static final int ACCEPTED = 0x20;
    public static final int ACCEPT_FAILED = 0x40;
    public static final int CLOSED = 0x80;
    public static final int CLOSE_FAILED = 0x100;
    public static final int DISCONNECTED = 0x200;
    public static final int MONITOR_STOPPED = 0x400;
    public static final int HANDSHAKE_FAILED_NO_DETAIL = 0x800;
    public static final int HANDSHAKE_SUCCEEDED = 0x1000;
    /** The value says which rule, such as 0x10000001 (unexpected command) or 0x11000002 (mechanisms differ). */
    public static final int HANDSHAKE_FAILED_PROTOCOL = 0x2000;
    /** The value is the code: 300, 400 or 500. */
    public static final int HANDSHAKE_FAILED_AUTH = 0x4000;

    public static final int ALL = 0xFFFF;

    /** One event: its constant, the number that goes with it, and the endpoint. */
    public record Event(int id, int value, String address) {
        @Override
        public String toString() {
            return String.format("event 0x%x, value %d (0x%x), %s", id, value, value, address);
        }
    }

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ZmqSocket watched;
    private final ZmqSocket pair;
    private boolean closed;

    ZmqMonitor(ZmqSocket watched, ZmqSocket pair) {
        this.watched = watched;
        this.pair = pair;
    }

    /** The next event, if one comes within this time. */
    public Optional<Event> next(Duration timeout) {
        return pair.tryReceive(timeout).map(ZmqMonitor::event);
    }

    /** The next event with this id, passing over others; fails after 30 s. */
    public Event await(int id) {
        return await(id, TIMEOUT);
    }

    /** The next event with this id, passing over others; fails after this time. */
    public Event await(int id, Duration timeout) {
        List<Event> seen = new ArrayList<>();
        long end = System.nanoTime() + timeout.toNanos();
        while (true) {
            long left = Math.max(0, end - System.nanoTime());
            Event event = next(Duration.ofNanos(left))
                    .orElseThrow(() -> new AssertionError(
                            String.format("%s: no event 0x%x within %s, only %s", watched, id, timeout, seen)));
            if (event.id() == id) {
                return event;
            }
            seen.add(event);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            watched.stopMonitor();
            pair.close();
        }
    }

    private static Event event(List<byte[]> parts) {
        ByteBuffer first = ByteBuffer.wrap(parts.get(0)).order(ByteOrder.nativeOrder());
        int id = Short.toUnsignedInt(first.getShort());
        return new Event(id, first.getInt(), new String(parts.get(1), StandardCharsets.UTF_8));
    }
}
