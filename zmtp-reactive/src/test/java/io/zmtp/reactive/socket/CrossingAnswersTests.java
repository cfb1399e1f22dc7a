package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.delivery.Work;
import io.zmtp.reactive.routing.Acknowledging;
import io.zmtp.reactive.testing.Opened;
import io.zmtp.reactive.wire.Acknowledgement;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import io.zmtp.reactive.wire.Digest;
import io.zmtp.reactive.wire.Frame;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Answers that cross each other within the process, by threads that work for both sides. */
class CrossingAnswersTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @RegisterExtension
    final Opened opened = new Opened();

    private DealerSocket dealer(String name) {
        return opened.add(DealerSocket.create(
                options -> options.routingId(Bytes.utf8(name)).delivery(DeliveryOptions.done())));
    }

    private List<Work> works(DealerSocket dealer) {
        List<Work> works = new CopyOnWriteArrayList<>();
        opened.add(dealer.work().subscribe(works::add));
        return works;
    }

    /** An answer that another thread has brought, and not settled yet. */
    private static void brings(DealerSocket to, String text) {
        byte[] frame = new byte[Acknowledgement.MAX_FRAME];
        int length = Acknowledgement.write(Kind.COMP, new Digest().of(Message.of(text)), frame, 0);
        Acknowledging there = Acknowledging.of(to.roundRobin.pipes.get(0));
        assertThat(there.take(Frame.read(ByteBuffer.wrap(frame, 0, length), frame.length)))
                .isTrue();
    }

    @Test
    void theApplicationHearsOfOneWhileOthersMaySend() {
        DealerSocket one = dealer("one");
        DealerSocket two = dealer("two");
        one.connectNow(two.bindNow("inproc://crossing-answers"));
        List<Work> byTwo = works(two);
        works(one);
        Mono<Void> there = one.deliver(Message.of("there")).done();
        opened.add(there.subscribe());
        Mono<Void> back = two.deliver(Message.of("back"))
                .done()
                .doOnSuccess(done -> Mono.fromCallable(one::underWay)
                        .subscribeOn(Schedulers.boundedElastic())
                        .block(Duration.ofSeconds(5)));

        StepVerifier.create(back)
                .then(() -> brings(two, "back"))
                .then(() -> byTwo.get(0).done()) // so that what has come to "two" is settled by the thread of "one"
                .then(() -> one.send("on").block(TIMEOUT))
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(there).expectComplete().verify(TIMEOUT);
    }
}
