package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Routing ids that the application gives to what it connects to, from several threads at once. */
class RouterNamesTests {

    private static final int ROUNDS = 1500;

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private static <T> List<T> atOnce(Mono<T> one, Mono<T> other) {
        return Flux.just(one, other)
                .parallel(2)
                .runOn(Schedulers.parallel())
                .flatMap(connect -> connect)
                .sequential()
                .collectList()
                .block(TIMEOUT);
    }

    private static boolean has(AddressedSocket socket, Bytes id) {
        return socket.addressed.isTaken(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inproc://nobody", "tcp://127.0.0.1:9"})
    void twoConnectedAtOnceToOneEndpointHaveBothOfThem(String endpoint) {
        RouterSocket router = sockets.open(RouterSocket::create, SocketOptions::mandatory);
        int rounds = endpoint.startsWith("tcp") ? 20 : ROUNDS;
        for (int i = 0; i < rounds; i++) {
            Bytes one = Bytes.utf8("one" + i);
            Bytes other = Bytes.utf8("other" + i);
            atOnce(router.connect(endpoint, one), router.connect(endpoint, other));
            assertThat(has(router, one)).as("%s", one).isTrue();
            assertThat(has(router, other)).as("%s", other).isTrue();
        }
        router.send(Message.of("one7", "waits for its peer")).block(TIMEOUT);
    }

    @Test
    void theSameIdIsGivenOnce() {
        RouterSocket router = sockets.open(RouterSocket::create, SocketOptions::mandatory);
        for (int i = 0; i < ROUNDS; i++) {
            Bytes id = Bytes.utf8("id" + i);
            Mono<Boolean> connect = router.connect("inproc://nobody", id)
                    .thenReturn(true)
                    .onErrorReturn(IllegalArgumentException.class, false);
            assertThat(atOnce(connect, connect)).containsExactlyInAnyOrder(true, false);
        }
        assertThat(router.endpoints()).hasSize(ROUNDS);
    }

    @Test
    void everyPeerHasTheIdThatItWasPromised() {
        PeerSocket peer = sockets.open(PeerSocket::create);
        for (int i = 0; i < ROUNDS; i++) {
            for (Bytes id : atOnce(peer.connectPeer("inproc://nobody"), peer.connectPeer("inproc://nobody"))) {
                assertThat(has(peer, id)).as("%s", id).isTrue();
            }
        }
    }
}
