package io.zmtp.spring.listener;

import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Scheduler;

/** A thread of a lane, which handles one message after another until there is none. */
record Worker(ListenerConsumer consumer, Lane lane) implements Runnable {

    void start() {
        Scheduler threads = lane.threads();
        try {
            if (threads != null) {
                threads.schedule(this);
            }
        } catch (RejectedExecutionException ending) {
            Work left = consumer.withoutWorker(lane);
            if (left != null) {
                left.onError(ending);
            }
        }
    }

    @Override
    public void run() {
        for (@Nullable Work now = consumer.next(lane, null); now != null; now = consumer.next(lane, now)) {
            try {
                now.run();
            } catch (Throwable thrown) {
                consumer.failed(thrown);
            }
            Thread.interrupted(); // what a method does with its thread is no matter of the next message
        }
    }
}
