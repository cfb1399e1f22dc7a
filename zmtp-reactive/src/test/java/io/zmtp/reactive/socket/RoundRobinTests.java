package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.pipe.DropListener;
import io.zmtp.reactive.pipe.InprocLink;
import io.zmtp.reactive.pipe.InprocPipe;
import io.zmtp.reactive.routing.RoundRobin;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

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

    private RoundRobin failing(InprocPipe... pipes) {
        RoundRobin roundRobin = new RoundRobin(SocketType.PUSH, Overflow.FAIL, DropListener.NONE);
        List.of(pipes).forEach(roundRobin::add);
        return roundRobin;
    }

    private static void send(RoundRobin roundRobin, int messages) {
        for (int i = 0; i < messages; i++) {
            roundRobin.send(Message.of("" + i)).block(Sockets.TIMEOUT);
        }
    }

    @Test
    void aFullPipeHasATurnAgainAsSoonAsThereIsRoom() {
        PushSocket socket = sockets.open(PushSocket::create, options -> options.sendHwm(2));
        InprocPipe one = pipe(socket, true);
        InprocPipe other = pipe(socket, true);
        RoundRobin roundRobin = failing(one, other);
        send(roundRobin, 4);
        assertThatThrownBy(() -> send(roundRobin, 1)).isInstanceOf(ZmtpSendException.class);

        other.takeBack(); // of which the rule does not hear
        send(roundRobin, 2);
        assertThat(other.held()).isEqualTo(2);
        assertThatThrownBy(() -> send(roundRobin, 1)).isInstanceOf(ZmtpSendException.class);

        one.takeBack();
        roundRobin.writable();
        send(roundRobin, 2);
        assertThat(one.held()).isEqualTo(2);
    }

    @Test
    void pipesThatWereFullTakeTurnsWithTheOthers() {
        PushSocket socket = sockets.open(PushSocket::create, options -> options.sendHwm(4));
        InprocPipe one = pipe(socket, true);
        InprocPipe two = pipe(socket, true);
        InprocPipe three = pipe(socket, true);
        RoundRobin roundRobin = failing(one, two);
        send(roundRobin, 8);
        assertThatThrownBy(() -> send(roundRobin, 1)).isInstanceOf(ZmtpSendException.class);

        roundRobin.add(three);
        one.takeBack();
        two.takeBack();
        roundRobin.writable();
        send(roundRobin, 9);

        assertThat(List.of(one.held(), two.held(), three.held())).containsOnly(3L);
    }

    @Test
    void aPipeThatWasFullAndIsRemovedGetsNothing() {
        PushSocket socket = sockets.open(PushSocket::create, options -> options.sendHwm(1));
        InprocPipe one = pipe(socket, true);
        InprocPipe other = pipe(socket, true);
        RoundRobin roundRobin = failing(one, other);
        send(roundRobin, 2);
        assertThatThrownBy(() -> send(roundRobin, 1)).isInstanceOf(ZmtpSendException.class);

        roundRobin.remove(one);
        one.takeBack();
        assertThatThrownBy(() -> send(roundRobin, 1)).isInstanceOf(ZmtpSendException.class);

        assertThat(one.held()).isZero();
    }

    /** However many peers are full, and whatever thread makes room: nothing waits while there is some. */
    @Test
    void nothingWaitsWhileThereIsRoom() {
        int messages = 20_000;
        PushSocket push = sockets.open(PushSocket::create, options -> options.sendHwm(1));
        Endpoint at = push.bindNow("tcp://127.0.0.1:*");
        List<Flux<Message>> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            PullSocket pull = sockets.open(PullSocket::create, options -> options.recvHwm(1));
            pull.connectNow(at);
            all.add(pull.receive().limitRate(1));
        }
        Sockets.awaitPeers(push, 10);

        StepVerifier.create(Flux.merge(all).take(messages).count())
                .then(() -> push.send(Flux.range(0, messages).map(i -> Message.of("" + i)))
                        .subscribe())
                .expectNext((long) messages)
                .expectComplete()
                .verify(Sockets.TIMEOUT);
    }
}
