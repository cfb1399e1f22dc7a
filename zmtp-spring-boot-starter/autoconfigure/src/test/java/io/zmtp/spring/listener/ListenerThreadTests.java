package io.zmtp.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** On which thread the method of a listener is called. */
class ListenerThreadTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    JacksonAutoConfiguration.class,
                    ZmtpAutoConfiguration.class,
                    ZmtpCodecAutoConfiguration.class,
                    ZmtpListenerAutoConfiguration.class))
            .withPropertyValues("zmtp.defaults.linger=0s");

    /** Where a call was made. Whether a thread is virtual is in its {@code toString} only, before Java 21. */
    record Call(String thread, String name, boolean mayBlock) {

        static Call now() {
            Thread thread = Thread.currentThread();
            return new Call(thread.toString(), thread.getName(), !Schedulers.isInNonBlockingThread());
        }

        boolean isVirtual() {
            return thread.startsWith("VirtualThread");
        }
    }

    interface Called {
        CompletableFuture<Call> called();
    }

    static class Blocking implements Called {
        private final CompletableFuture<Call> called = new CompletableFuture<>();

        @ZmtpListener("in")
        void on(String text) {
            called.complete(Call.now());
        }

        @Override
        public CompletableFuture<Call> called() {
            return called;
        }
    }

    static class Reactive implements Called {
        private final CompletableFuture<Call> called = new CompletableFuture<>();

        @ZmtpListener("in")
        Mono<Void> on(String text) {
            called.complete(Call.now());
            return Mono.empty();
        }

        @Override
        public CompletableFuture<Call> called() {
            return called;
        }
    }

    private Call callOf(Class<? extends Called> listener, String... properties) {
        AtomicReference<Call> call = new AtomicReference<>();
        runner.withUserConfiguration(listener)
                .withPropertyValues(properties)
                .withPropertyValues(
                        "zmtp.sockets.out.type=push",
                        "zmtp.sockets.out.connect=",
                        "zmtp.sockets.in.type=pull",
                        "zmtp.sockets.in.bind=tcp://127.0.0.1:*")
                .run(context -> {
                    PushSocket out = context.getBean(PushSocket.class);
                    out.connectNow("tcp://127.0.0.1:" + context.getEnvironment().getProperty("local.zmtp.in.port"));
                    out.send("hello").block(TIMEOUT);
                    call.set(context.getBean(listener).called().get(30, TimeUnit.SECONDS));
                });
        return call.get();
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void callsBlockingMethodsOnVirtualThreads() {
        Call call = callOf(Blocking.class);
        assertThat(call.isVirtual()).as(call.thread()).isTrue();
        assertThat(call.name()).startsWith("zmtp-listener-");
        assertThat(callOf(Blocking.class, "spring.threads.virtual.enabled=true").isVirtual())
                .isTrue();
    }

    @Test
    void callsBlockingMethodsOnThreadsOfTheirOwnWhereVirtualThreadsAreNotWanted() {
        Call call = callOf(Blocking.class, "spring.threads.virtual.enabled=false");
        assertThat(call.isVirtual()).isFalse();
        assertThat(call.name()).startsWith("zmtp-listener-");
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_20)
    void callsBlockingMethodsOnThreadsOfTheirOwnWhereThereAreNoVirtualThreads() {
        assertThat(callOf(Blocking.class, "spring.threads.virtual.enabled=true").name())
                .startsWith("zmtp-listener-");
    }

    @Test
    void callsReactiveMethodsOnAnEventLoop() {
        Call call = callOf(Reactive.class);
        assertThat(call.isVirtual()).isFalse();
        assertThat(call.mayBlock()).as(call.name()).isFalse();
    }
}
