package io.zmtp.reactive.testing;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The reference implementation, libzmq, for tests to meet: {@code new LibZmq.Context()}, then
 * {@link Context#open(Type)}. Guard tests with {@link RequiresLibZmq}.
 *
 * @see <a href="https://libzmq.readthedocs.io/en/latest/">libzmq's manual</a>
 */
public final class LibZmq {
    /** The library's file name. */
    public static final String NAME = "libzmq.so.5";

    // Options for ZmqSocket.option(…), with libzmq's names and units (milliseconds, messages, octets).
    public static final int ROUTING_ID = 5;
    public static final int SUBSCRIBE = 6;
    public static final int UNSUBSCRIBE = 7;
    public static final int EVENTS = 15; // read only; looking has the socket do what is due
    public static final int TYPE = 16;
    public static final int LINGER = 17;
    public static final int RECONNECT_IVL = 18;
    public static final int RECONNECT_IVL_MAX = 21;
    public static final int MAXMSGSIZE = 22; // int64
    public static final int SNDHWM = 23;
    public static final int RCVHWM = 24;
    public static final int RCVTIMEO = 27;
    public static final int SNDTIMEO = 28;
    public static final int LAST_ENDPOINT = 32;
    public static final int ROUTER_MANDATORY = 33;
    public static final int IMMEDIATE = 39;
    public static final int XPUB_VERBOSE = 40;
    public static final int IPV6 = 42;
    public static final int MECHANISM = 43; // read only: 0 NULL, 1 PLAIN, 2 CURVE
    public static final int PLAIN_SERVER = 44;
    public static final int PLAIN_USERNAME = 45;
    public static final int PLAIN_PASSWORD = 46;
    public static final int CURVE_SERVER = 47;
    public static final int CURVE_PUBLICKEY = 48; // keys: 32 octets, or 40 characters of Z85
    public static final int CURVE_SECRETKEY = 49;
    public static final int CURVE_SERVERKEY = 50;
    public static final int PROBE_ROUTER = 51;
    public static final int REQ_CORRELATE = 52;
    public static final int REQ_RELAXED = 53;
    public static final int CONFLATE = 54;
    public static final int ZAP_DOMAIN = 55;
    public static final int ROUTER_HANDOVER = 56;
    public static final int CONNECT_ROUTING_ID = 61;
    public static final int HANDSHAKE_IVL = 66;
    public static final int XPUB_NODROP = 69;
    public static final int XPUB_MANUAL = 71;
    public static final int XPUB_WELCOME_MSG = 72;
    public static final int INVERT_MATCHING = 74;
    public static final int HEARTBEAT_IVL = 75;
    public static final int HEARTBEAT_TTL = 76;
    public static final int HEARTBEAT_TIMEOUT = 77;
    public static final int XPUB_VERBOSER = 78;

    /** The socket types every libzmq has. No draft types: Debian's build opens them and then aborts the process. */
    public enum Type {
        PAIR,
        PUB,
        SUB,
        REQ,
        REP,
        DEALER,
        ROUTER,
        PULL,
        PUSH,
        XPUB,
        XSUB,
        STREAM // the ordinals are libzmq's numbers
    }

    private LibZmq() {}

    /** Whether the library loads here. */
    public static boolean available() {
        return Loaded.CALLS != null;
    }

    /** Such as {@code "4.3.4"}. */
    public static String version() {
        IntByReference major = new IntByReference();
        IntByReference minor = new IntByReference();
        IntByReference patch = new IntByReference();
        calls().zmq_version(major, minor, patch);
        return major.getValue() + "." + minor.getValue() + "." + patch.getValue();
    }

    /** Whether it was built with a capability: {@code "curve"}, {@code "ipc"}, {@code "draft"}. */
    public static boolean has(String capability) {
        return calls().zmq_has(capability) == 1;
    }

    /** A fresh pair of CURVE keys in Z85, made by libzmq. */
    public static KeyPair curveKeyPair() {
        byte[] publicKey = new byte[41];
        byte[] secretKey = new byte[41];
        check(calls().zmq_curve_keypair(publicKey, secretKey), "zmq_curve_keypair");
        return new KeyPair(
                new String(publicKey, 0, 40, StandardCharsets.US_ASCII),
                new String(secretKey, 0, 40, StandardCharsets.US_ASCII));
    }

    /** Two keys, 40 characters of Z85 each. */
    public record KeyPair(String publicKey, String secretKey) {}

    /** A libzmq context; closing it closes its sockets first, dropping what they did not send. */
    public static final class Context implements AutoCloseable {
        private final Pointer pointer = calls().zmq_ctx_new();
        private final Deque<AutoCloseable> children = new ArrayDeque<>();
        private boolean closed;

        /** A new socket with {@code LINGER} 0 and time-outs of 30 s; the context closes it if you do not. */
        public ZmqSocket open(Type type) {
            Pointer socket = calls().zmq_socket(pointer, type.ordinal());
            if (socket == null) {
                throw error("zmq_socket " + type);
            }
            return adopt(new ZmqSocket(this, socket, type));
        }

        /** Has {@link #close()} close this too, before what was adopted earlier. */
        synchronized <T extends AutoCloseable> T adopt(T child) {
            children.push(child);
            return child;
        }

        @Override
        public synchronized void close() {
            if (closed) {
                return;
            }
            closed = true;
            for (AutoCloseable child : children) {
                try {
                    child.close();
                } catch (Exception e) {
                    throw new IllegalStateException("cannot close " + child, e);
                }
            }
            check(calls().zmq_ctx_term(pointer), "zmq_ctx_term");
        }
    }

    /** A call failed: {@link #errno()} is the C library's number, or one of libzmq's own. */
    public static final class ZmqException extends RuntimeException {
        /** Nothing came, or nothing could be sent, in time. */
        public static final int EAGAIN = 11;

        static final int EINTR = 4;
        private static final long serialVersionUID = 1L;
        private final int errno;

        ZmqException(String call, int errno) {
            super(call + ": " + calls().zmq_strerror(errno) + " (errno " + errno + ")");
            this.errno = errno;
        }

        /** The error number. */
        public int errno() {
            return errno;
        }
    }

    static LibZmqCalls calls() {
        LibZmqCalls calls = Loaded.CALLS;
        if (calls == null) {
            throw new IllegalStateException(NAME + " does not load");
        }
        return calls;
    }

    static void check(int result, String call) {
        if (result < 0) {
            throw error(call);
        }
    }

    static ZmqException error(String call) {
        return new ZmqException(call, Native.getLastError());
    }

    private static final class Loaded {
        static final @Nullable LibZmqCalls CALLS = load();

        private static @Nullable LibZmqCalls load() {
            try {
                return Native.load(NAME, LibZmqCalls.class);
            } catch (LinkageError e) {
                return null;
            }
        }
    }
}
