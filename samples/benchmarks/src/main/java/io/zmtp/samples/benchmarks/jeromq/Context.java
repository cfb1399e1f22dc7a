package io.zmtp.samples.benchmarks.jeromq;

import io.zmtp.samples.benchmarks.measure.Settings;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** JeroMQ's context of the process, and sockets with the options of this run. */
final class Context {
    private static final int BACKLOG = 4096;
    private static final int MAX_SOCKETS = 16_000;

    private final Settings settings;
    private final ZContext context = new ZContext(1);

    Context(Settings settings) {
        this.settings = settings;
        context.getContext().setMaxSockets(MAX_SOCKETS);
    }

    /** A socket that is bound. */
    ZMQ.Socket bound(SocketType type) {
        ZMQ.Socket socket = unbound(type);
        socket.bind(settings.endpoint());
        System.out.println("READY");
        return socket;
    }

    /** The socket of {@link #bound}, for a role that sets options before it binds. */
    ZMQ.Socket unbound(SocketType type) {
        ZMQ.Socket socket = socket(type);
        socket.setBacklog(BACKLOG);
        if (settings.isCurve()) {
            socket.setCurveServer(true);
            socket.setCurvePublicKey(settings.key("server_pub"));
            socket.setCurveSecretKey(settings.key("server_sec"));
        }
        return socket;
    }

    /** A socket that is to connect. */
    ZMQ.Socket calling(SocketType type) {
        ZMQ.Socket socket = socket(type);
        if (settings.isCurve()) {
            socket.setCurveServerKey(settings.key("server_pub"));
            socket.setCurvePublicKey(settings.key("client_pub"));
            socket.setCurveSecretKey(settings.key("client_sec"));
        }
        return socket;
    }

    /** A socket that connects at once. */
    ZMQ.Socket connected(SocketType type) {
        ZMQ.Socket socket = calling(type);
        socket.connect(settings.endpoint());
        return socket;
    }

    ZMQ.Poller poller(int size) {
        return context.createPoller(size);
    }

    private ZMQ.Socket socket(SocketType type) {
        ZMQ.Socket socket = context.createSocket(type);
        socket.setLinger(0);
        socket.setHWM(settings.hwm());
        return socket;
    }
}
