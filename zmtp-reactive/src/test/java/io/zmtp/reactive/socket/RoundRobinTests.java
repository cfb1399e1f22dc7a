package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.pipe.DropListener;
import io.zmtp.reactive.pipe.InprocLink;
import io.zmtp.reactive.pipe.InprocPipe;
import io.zmtp.reactive.routing.RoundRobin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RoundRobinTests {

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private static InprocPipe pipe(ZmtpSocket socket, boolean lasting) {
        return new InprocPipe(
                socket.endpoints.owner,
                socket.options.toInproc(socket.type),
                Endpoint.parse("inproc://roundRobin-tests"),
                lasting,
                () -> {});
    }

    /** As with {@code immediate()}, where a pipe has a turn only while its peer is there. */
    @Test
    void aPipeThatIsBeingGivenUpGetsNothingNewWhenItsPeerComesBack() {
        PushSocket socket = sockets.open(PushSocket::create);
        RoundRobin roundRobin = new RoundRobin(SocketType.PUSH, Overflow.WAIT, DropListener.NONE);
        InprocPipe leaving = pipe(socket, true);
        InprocPipe staying = pipe(socket, true);
        roundRobin.add(leaving);

        roundRobin.leave(leaving);
        new InprocLink(leaving, pipe(sockets.open(PullSocket::create), false)).join();
        roundRobin.add(leaving);
        roundRobin.add(staying);
        for (int i = 0; i < 4; i++) {
            roundRobin.send(Message.of("new")).block(Sockets.TIMEOUT);
        }

        assertThat(staying.held()).isEqualTo(4);
    }
}
