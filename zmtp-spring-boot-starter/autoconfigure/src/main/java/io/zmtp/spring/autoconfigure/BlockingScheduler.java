package io.zmtp.spring.autoconfigure;

import io.zmtp.spring.listener.ListenerSettings;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The scheduler for code that may block: virtual threads where the JVM has them, unless
 * {@code spring.threads.virtual.enabled} is false; else threads that are made when all others are busy, so that a slow
 * listener takes none from others. How many there are is limited by the concurrency of the listeners.
 *
 * @param atATime how many messages a method handles at a time, if nothing else is said
 */
record BlockingScheduler(Scheduler scheduler, int atATime, Runnable end) {

    private static final int FIRST_JAVA_WITH_VIRTUAL_THREADS = 21;
    private static final int PLATFORM_THREADS = 64;
    private static final String NAME = "zmtp-listener-";

    static BlockingScheduler create(Environment environment) {
        boolean wanted = environment.getProperty("spring.threads.virtual.enabled", Boolean.class, true);
        boolean there = Runtime.version().feature() >= FIRST_JAVA_WITH_VIRTUAL_THREADS;
        if (there && wanted) {
            return new BlockingScheduler(
                    Schedulers.fromExecutor(new VirtualThreadTaskExecutor(NAME)), ListenerSettings.MANY, () -> {});
        }
        CustomizableThreadFactory factory = new CustomizableThreadFactory(NAME);
        factory.setDaemon(true);
        ExecutorService threads =
                new ThreadPoolExecutor(0, Integer.MAX_VALUE, 60, TimeUnit.SECONDS, new SynchronousQueue<>(), factory);
        // not as an executor service: its cancelling would interrupt, which the listener does itself
        return new BlockingScheduler(
                Schedulers.fromExecutor(task -> threads.execute(task)), PLATFORM_THREADS, threads::shutdownNow);
    }

    void dispose() {
        scheduler.dispose();
        end.run();
    }
}
