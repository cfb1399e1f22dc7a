package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DistributorTests {

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private static InprocPipe pipe(ZmtpSocket socket, boolean lasting) {
        return new InprocPipe(
                socket.endpoints.owner,
                socket.options.toInproc(socket.type),
                Endpoint.parse("inproc://distributor-tests"),
                lasting,
                () -> {});
    }

    /** As with {@code immediate()}, where a pipe has a turn only while its peer is there. */
    @Test
    void aPipeThatIsBeingGivenUpGetsNothingNewWhenItsPeerComesBack() {
        PushSocket socket = sockets.open(PushSocket::create);
        Distributor distributor = new Distributor(SocketType.PUSH, Overflow.WAIT, DropListener.NONE);
        InprocPipe leaving = pipe(socket, true);
        InprocPipe staying = pipe(socket, true);
        distributor.add(leaving);

        distributor.leave(leaving);
        new InprocLink(leaving, pipe(sockets.open(PullSocket::create), false)).join();
        distributor.add(leaving);
        distributor.add(staying);
        for (int i = 0; i < 4; i++) {
            distributor.send(Message.of("new")).block(Sockets.TIMEOUT);
        }

        assertThat(staying.held()).isEqualTo(4);
    }
}
