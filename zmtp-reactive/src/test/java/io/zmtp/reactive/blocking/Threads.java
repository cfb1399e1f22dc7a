package io.zmtp.reactive.blocking;

import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Threads that wait: virtual ones where the JDK has them. They end with the test. */
final class Threads implements AfterEachCallback {

    static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final List<Thread> all = new ArrayList<>();

    /** A thread with its result. */
    record Running<T>(Thread thread, FutureTask<T> task) {

        T get() throws InterruptedException, ExecutionException, TimeoutException {
            return task.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }

        /** What it has failed with. */
        Throwable failure() throws InterruptedException, TimeoutException {
            try {
                throw new AssertionError("expected a failure, but it is " + get());
            } catch (ExecutionException failed) {
                return failed.getCause();
            }
        }

        /** Returns when the thread waits. */
        Running<T> awaitWaiting() {
            long end = System.nanoTime() + TIMEOUT.toNanos();
            while (!isWaiting()) {
                if (System.nanoTime() > end || task.isDone()) {
                    throw new AssertionError("expected a thread that waits, but it is " + thread.getState());
                }
                LockSupport.parkNanos(100_000);
            }
            return this;
        }

        private boolean isWaiting() {
            return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
        }
    }

    <T> Running<T> start(Callable<T> body) {
        FutureTask<T> task = new FutureTask<>(body);
        Thread thread = newThread(task);
        all.add(thread);
        thread.start();
        return new Running<>(thread, task);
    }

    static boolean areVirtual() {
        return Runtime.version().feature() >= 21;
    }

    private static Thread newThread(Runnable task) {
        if (!areVirtual()) {
            return new Thread(task, "waiting");
        }
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            return (Thread) Class.forName("java.lang.Thread$Builder")
                    .getMethod("unstarted", Runnable.class)
                    .invoke(builder, task);
        } catch (NoSuchMethodException
                | IllegalAccessException
                | ClassNotFoundException
                | InvocationTargetException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        all.forEach(Thread::interrupt);
    }
}
