package io.zmtp.reactive.socket;

import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.ReceiveOverflow;

/** A socket that only receives, so that its rule for full queues is one for receiving. */
abstract sealed class ReceivingSocket extends ZmtpSocket implements Receiver
        permits DishSocket, GatherSocket, PullSocket, SubSocket {

    private final ReceiveOverflow overflow =
            new ReceiveOverflow(type, options.overflow(Overflow.WAIT), options.recvHwm, this::dropped);

    ReceivingSocket(SocketType type, SocketOptions options) {
        super(type, options);
    }

    @Override
    void readable(Pipe pipe) {
        overflow.fill(pipe);
        super.readable(pipe);
    }
}
