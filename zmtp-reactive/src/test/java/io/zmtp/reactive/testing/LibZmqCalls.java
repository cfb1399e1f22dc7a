package io.zmtp.reactive.testing;

import com.sun.jna.IntegerType;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.LongByReference;
import org.jspecify.annotations.Nullable;

/** libzmq's C functions, as JNA sees them; {@link LibZmq} is what tests use. */
interface LibZmqCalls extends Library {
    Pointer zmq_ctx_new();

    int zmq_ctx_term(Pointer context);

    @Nullable
    Pointer zmq_socket(Pointer context, int type);

    int zmq_close(Pointer socket);

    int zmq_bind(Pointer socket, String endpoint);

    int zmq_unbind(Pointer socket, String endpoint);

    int zmq_connect(Pointer socket, String endpoint);

    int zmq_disconnect(Pointer socket, String endpoint);

    int zmq_setsockopt(Pointer socket, int option, byte[] value, Size length);

    int zmq_getsockopt(Pointer socket, int option, byte[] value, LongByReference length);

    int zmq_send(Pointer socket, byte[] body, Size length, int flags);

    int zmq_msg_init(Pointer message);

    int zmq_msg_recv(Pointer message, Pointer socket, int flags);

    Size zmq_msg_size(Pointer message);

    Pointer zmq_msg_data(Pointer message);

    int zmq_msg_more(Pointer message);

    int zmq_msg_close(Pointer message);

    int zmq_socket_monitor(Pointer socket, @Nullable String endpoint, int events);

    int zmq_curve_keypair(byte[] publicZ85, byte[] secretZ85);

    int zmq_has(String capability);

    String zmq_strerror(int errno);

    void zmq_version(IntByReference major, IntByReference minor, IntByReference patch);

    /** C's {@code size_t}. */
    final class Size extends IntegerType {
        private static final long serialVersionUID = 1L;

        /** For JNA, which fills in the value. */
        public Size() {
            this(0);
        }

        public Size(long value) {
            super(Native.SIZE_T_SIZE, value, true);
        }
    }
}
