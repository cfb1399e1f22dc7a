package io.zmtp.spring.autoconfigure;

import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The scheduler for code that may block: virtual threads where the JVM has them, unless
 * {@code spring.threads.virtual.enabled} is false; else {@code boundedElastic}.
 */
record BlockingScheduler(Scheduler scheduler, boolean own) {

    private static final int FIRST_JAVA_WITH_VIRTUAL_THREADS = 21;

    static BlockingScheduler create(Environment environment) {
        boolean wanted = environment.getProperty("spring.threads.virtual.enabled", Boolean.class, true);
        boolean there = Runtime.version().feature() >= FIRST_JAVA_WITH_VIRTUAL_THREADS;
        return there && wanted
                ? new BlockingScheduler(Schedulers.fromExecutor(new VirtualThreadTaskExecutor("zmtp-listener-")), true)
                : new BlockingScheduler(Schedulers.boundedElastic(), false);
    }

    void dispose() {
        if (own) {
            scheduler.dispose();
        }
    }
}
