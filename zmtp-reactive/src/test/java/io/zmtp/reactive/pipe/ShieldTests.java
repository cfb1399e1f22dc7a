package io.zmtp.reactive.pipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class ShieldTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    @Test
    void aSourceThatFusesIsNoMatterToTheOperatorsBehind() {
        StepVerifier.create(Shield.each(Flux.range(1, 3)).map(each -> each + 1).filter(each -> each > 2))
                .expectNext(3, 4)
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(Shield.each(Mono.just(1)).map(each -> each + 1).filter(each -> each > 1))
                .expectNext(2)
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void oneThatThrowsIsCancelledAndTheOthersGoOn() {
        Sinks.Many<Integer> source = Sinks.many().multicast().directBestEffort();
        Flux<Integer> shielded = Shield.each(source.asFlux());
        List<Integer> seen = new ArrayList<>();
        BaseSubscriber<Integer> bad = new BaseSubscriber<>() {
            @Override
            protected void hookOnNext(Integer value) {
                throw new NoClassDefFoundError("on purpose");
            }
        };
        shielded.subscribe(bad);
        shielded.subscribe(seen::add);
        source.tryEmitNext(1);
        source.tryEmitNext(2);
        assertThat(seen).containsExactly(1, 2);
        assertThat(source.currentSubscriberCount()).isEqualTo(1);
    }
}
