package io.zmtp.samples.benchmarks.peer;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.samples.benchmarks.measure.Allocation;
import io.zmtp.samples.benchmarks.measure.Settings;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** PUSH and PULL in this process: how many messages are handed over a second. */
final class Inproc {

    private Inproc() {}

    static void run(Settings settings) {
        PullSocket pull = PullSocket.create();
        PushSocket push = PushSocket.create();
        pull.bindNow("inproc://benchmark");
        push.connectNow("inproc://benchmark");
        Message message = Message.of(new byte[settings.size()]);
        AtomicLong count = new AtomicLong();
        Scheduler sender = Schedulers.newSingle("sender");
        Scheduler receiver = Schedulers.newSingle("receiver");
        Flux<Message> received = pull.receive();
        if (settings.text("thread", "one").equals("two")) {
            received = received.publishOn(receiver);
        }
        Disposable receiving = received.subscribe(each -> count.lazySet(count.get() + 1));
        Disposable sending = push.send(Flux.<Message>generate(sink -> sink.next(message)))
                .subscribeOn(sender)
                .subscribe();
        sleep(settings.warm());
        long before = count.get();
        long allocated = Allocation.total();
        long began = System.nanoTime();
        sleep(settings.window());
        long taken = count.get() - before;
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf("RESULT n=%d s=%.3f msgs/s=%.0f%n", taken, seconds, taken / seconds);
        if (settings.countsAllocation()) {
            Allocation.report("inproc", Allocation.total() - allocated, taken);
        }
        sending.dispose();
        receiving.dispose();
        push.dispose();
        pull.dispose();
        sender.dispose();
        receiver.dispose();
    }

    private static void sleep(Duration time) {
        try {
            new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
