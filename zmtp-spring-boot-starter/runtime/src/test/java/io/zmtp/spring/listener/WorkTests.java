package io.zmtp.spring.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.spring.listener.source.Arrival;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** What becomes of a message is said once. */
class WorkTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final CountDownLatch called = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final CountDownLatch returned = new CountDownLatch(1);
    private final List<String> became = new CopyOnWriteArrayList<>();

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    private Work work(Work.Handling handling) {
        Work work = new Work(Lane.unlimited(), Message.of("x"), null, null, Bytes.EMPTY, handling, null);
        work.belongsTo(
                new ListenerConsumer(
                        List.of(Lane.unlimited()),
                        false,
                        new ReadAhead(0, System::nanoTime),
                        8,
                        (message, came) -> null),
                new Arrival() {
                    @Override
                    public void reply(Message made) {
                        became.add(made.text());
                    }

                    @Override
                    public void end() {
                        became.add("done");
                    }

                    @Override
                    public void giveUp() {
                        became.add("given up");
                    }
                });
        return work;
    }

    @Test
    void isDoneWithTheFirstReply() {
        work(stay -> Flux.just(Message.of("yes"), Message.of("no"))).run();
        assertThat(became).containsExactly("yes", "done");
    }

    @Test
    void isNotDoneWhenItsMethodReturnsAsItIsInterrupted() {
        Work work = work(stay -> {
            stay.begin();
            called.countDown();
            await(interrupted);
            return null;
        });
        Thread thread =
                new Thread(() -> {
                    work.run();
                    returned.countDown();
                }) {
                    /** Does not go on before the method has returned. */
                    @Override
                    public void interrupt() {
                        interrupted.countDown();
                        await(returned);
                    }
                };
        thread.start();
        await(called);
        work.giveUp();
        assertThat(became).containsExactly("given up");
    }
}
