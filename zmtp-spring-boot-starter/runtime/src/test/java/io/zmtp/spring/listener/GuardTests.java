package io.zmtp.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Operators;

class GuardTests {

    @AfterEach
    void resetHooks() {
        Hooks.resetOnErrorDropped();
    }

    @Test
    void whatFailsAfterItWasCancelledIsNotReportedHoweverOftenItWasCancelled() {
        List<Throwable> dropped = new ArrayList<>();
        Hooks.onErrorDropped(dropped::add);
        AtomicReference<Subscriber<? super String>> source = new AtomicReference<>();
        BaseSubscriber<String> taking = new BaseSubscriber<>() {};
        Guard.<String>of(subscriber -> {
                    source.set(subscriber);
                    subscriber.onSubscribe(Operators.emptySubscription());
                })
                .subscribe(taking);
        Guard<?> guard = (Guard<?>) source.get();
        guard.cancel();
        guard.cancel();
        source.get().onError(new IllegalStateException("interrupted"));
        assertThat(dropped).isEmpty();
    }
}
