package io.zmtp.reactive.mechanism;

import java.util.Deque;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Keeps its tasks for the test, who runs them also when nobody waits for them any more: as if they had begun before. */
record GoingOn(Deque<Runnable> begun) implements Scheduler {

    @Override
    public Disposable schedule(Runnable task) {
        begun.add(task);
        return () -> {};
    }

    @Override
    public Worker createWorker() {
        return Schedulers.immediate().createWorker();
    }
}
