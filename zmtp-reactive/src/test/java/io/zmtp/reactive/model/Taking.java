package io.zmtp.reactive.model;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.delivery.Work;
import io.zmtp.reactive.socket.Receiver;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.time.Duration;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;

/** A subscriber that takes jobs, and answers for them where that is expected. */
final class Taking extends BaseSubscriber<Object> {

    /** How long the application may work on a job. */
    static final Duration LIMIT = Duration.ofMillis(200);

    /** If it was longer than this, its time may have been over. */
    private static final Duration DOUBT = Duration.ofMillis(50);

    private static final int CONCURRENCY = 3;

    private final Jobs jobs;
    private final String life;
    private volatile boolean isLate;

    private Taking(Jobs jobs, String life) {
        this.jobs = jobs;
        this.life = life;
    }

    /**
     * Subscribes to what a socket receives; nothing is requested yet.
     *
     * @param processes whether a handler is given to the socket, where work is done
     */
    static Taking begin(Jobs jobs, String life, ZmtpSocket socket, DeliveryLevel level, boolean processes) {
        Taking begun = new Taking(jobs, life);
        Receiver receiver = (Receiver) socket;
        if (level != DeliveryLevel.DONE) {
            receiver.receive().subscribe(begun);
        } else if (processes) {
            receiver.process(begun::process, CONCURRENCY).cast(Object.class).subscribe(begun);
        } else {
            receiver.work().subscribe(begun);
        }
        return begun;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        // nothing is requested yet
    }

    @Override
    protected void hookOnNext(Object item) {
        if (item instanceof Work work) {
            work(work);
        } else {
            jobs.came((Message) item, life, isLate);
        }
    }

    @Override
    protected void hookOnError(Throwable failure) {
        jobs.fault(life + " failed to receive: " + failure);
    }

    /** One that is under way may come a little later, beside what the next subscriber gets. */
    void end() {
        isLate = true;
        cancel();
    }

    private void work(Work work) {
        long begin = System.nanoTime();
        Job job = jobs.came(work.message(), life, isLate);
        if (job == null) {
            return;
        }
        boolean isFirst = job.handed.get() == 1;
        switch (job.mood) {
            case DONE -> done(job, work, begin);
            case LATE -> Mono.delay(Duration.ofMillis(2)).subscribe(tick -> done(job, work, begin));
            case REFUSED -> fail(job, work, ZmtpNackException.BAD_INPUT);
            case FAILS -> fail(job, work, ZmtpNackException.INTERNAL);
            case FAILS_ONCE -> {
                if (isFirst) {
                    fail(job, work, ZmtpNackException.OVERLOADED);
                } else {
                    done(job, work, begin);
                }
            }
            case FORGOTTEN_ONCE -> {
                if (isFirst) {
                    job.excuses.incrementAndGet();
                } else {
                    done(job, work, begin);
                }
            }
        }
    }

    private static void done(Job job, Work work, long begin) {
        job.done.incrementAndGet();
        if (System.nanoTime() - begin > DOUBT.toNanos()) {
            job.excuses.incrementAndGet();
        }
        work.done();
    }

    private static void fail(Job job, Work work, int code) {
        job.excuses.incrementAndGet();
        work.fail(code, "as it is meant");
    }

    /** What a handler makes of a message. */
    private Mono<Void> process(Message message) {
        long begin = System.nanoTime();
        Job job = jobs.came(message, life, isLate);
        if (job == null) {
            return Mono.empty();
        }
        boolean isFirst = job.handed.get() == 1;
        Mono<Void> done = Mono.fromRunnable(() -> {
            job.done.incrementAndGet();
            if (System.nanoTime() - begin > DOUBT.toNanos()) {
                job.excuses.incrementAndGet();
            }
        });
        Mono<Void> result = switch (job.mood) {
            case DONE -> done;
            case LATE -> Mono.delay(Duration.ofMillis(2)).then(done);
            case REFUSED -> failed(job, new IllegalArgumentException("as it is meant"));
            case FAILS -> failed(job, new IllegalStateException("as it is meant"));
            case FAILS_ONCE -> isFirst ? failed(job, new IllegalStateException("as it is meant")) : done;
            case FORGOTTEN_ONCE -> isFirst ? Mono.never() : done;
        };
        return result.doOnCancel(job.excuses::incrementAndGet);
    }

    private static Mono<Void> failed(Job job, RuntimeException why) {
        job.excuses.incrementAndGet();
        return Mono.error(why);
    }
}
