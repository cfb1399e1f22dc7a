package io.zmtp.samples.cli;

import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.socket.ZmtpSocket;

/** Makes a socket of a type that was named. */
final class Sockets {

    private Sockets() {}

    static ZmtpSocket open(SocketType type, SocketOptions options, Interests interests) {
        return switch (type) {
            case PUSH -> PushSocket.create(defaults -> options);
            case PULL -> PullSocket.create(defaults -> options);
            default -> throw new UsageError(type.name(), "this socket type is not there yet");
        };
    }
}
