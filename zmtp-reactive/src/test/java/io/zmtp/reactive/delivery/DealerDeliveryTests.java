package io.zmtp.reactive.delivery;

import static io.zmtp.reactive.delivery.Scripts.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.RouterSocket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** DEALERs acknowledge both ways. */
class DealerDeliveryTests {

    @RegisterExtension
    final Scripts scripts = new Scripts();

    private DealerSocket dealer(String name, DeliveryOptions delivery) {
        return scripts.add(
                DealerSocket.create(options -> options.delivery(delivery).routingId(Bytes.utf8(name))));
    }

    private List<String> received(DealerSocket dealer, DeliveryLevel level) {
        List<String> came = new CopyOnWriteArrayList<>();
        scripts.add(Scripts.received(dealer, level).map(Message::text).subscribe(came::add));
        return came;
    }

    @ParameterizedTest
    @EnumSource(
            value = DeliveryLevel.class,
            names = {"TAKEN_OVER", "ONCE", "DONE"})
    void bothSidesSendAndAcknowledge(DeliveryLevel level) {
        both(level, "tcp://127.0.0.1:*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ONCE", "DONE"})
    void withinTheProcessToo(DeliveryLevel level) {
        both(level, "inproc://dealers-" + level);
    }

    private void both(DeliveryLevel level, String endpoint) {
        DealerSocket one = dealer("one", DeliveryOptions.of(level).maxUnderWay(7));
        DealerSocket two = dealer("two", DeliveryOptions.of(level).maxUnderWay(7));
        one.connectNow(two.bindNow(endpoint));
        List<String> byOne = received(one, level);
        List<String> byTwo = received(two, level);
        Mono<Long> there = Flux.range(0, 200)
                .flatMap(i -> one.deliver(Message.of("" + i)).takenOver().thenReturn(i), 20)
                .count();
        Mono<Long> back = Flux.range(0, 200)
                .flatMap(i -> two.deliver(Message.of("" + i)).takenOver().thenReturn(i), 20)
                .count();

        StepVerifier.create(Mono.zip(there, back))
                .expectNextCount(1)
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(byOne).hasSize(200).doesNotHaveDuplicates();
        assertThat(byTwo).hasSize(200).doesNotHaveDuplicates();
        assertThat(one.drops()).isEmpty();
        assertThat(two.drops()).isEmpty();
    }

    @Test
    void aRouterIsAnUnequalPeer() {
        DealerSocket dealer = dealer("dealer", DeliveryOptions.takenOver());
        Mono<MonitorEvent.Refused> refused =
                dealer.monitor().ofType(MonitorEvent.Refused.class).next().cache();
        scripts.add(refused.subscribe());
        RouterSocket router = scripts.add(RouterSocket.create());
        dealer.connectNow(router.bindNow("tcp://127.0.0.1:*"));

        StepVerifier.create(refused)
                .assertNext(event -> assertThat(event.why()).contains("but it has 0"))
                .expectComplete()
                .verify(TIMEOUT);
    }
}
