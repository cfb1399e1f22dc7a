package io.zmtp.reactive.testing;

import java.util.List;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** Opens the sockets of {@link UnixJero}, which loads this class beside its JeroMQ. */
public final class JeroSockets implements UnixJero.Sockets {

    private final Jero jero = new Jero();

    @Override
    public UnixJero.Socket open(String type, byte[] name) {
        ZMQ.Socket socket = jero.open(SocketType.valueOf(type));
        socket.setIdentity(name);
        if (type.equals("SUB")) {
            socket.subscribe(ZMQ.SUBSCRIPTION_ALL);
        }
        return new UnixJero.Socket() {
            @Override
            public String bind(String endpoint) {
                return Jero.bind(socket, endpoint);
            }

            @Override
            public void connect(String endpoint) {
                socket.connect(endpoint);
            }

            @Override
            public void send(byte[]... parts) {
                Jero.send(socket, parts);
            }

            @Override
            public List<byte[]> receive() {
                return Jero.receive(socket);
            }

            @Override
            public void close() {
                socket.close();
            }
        };
    }

    @Override
    public void close() {
        jero.close();
    }
}
