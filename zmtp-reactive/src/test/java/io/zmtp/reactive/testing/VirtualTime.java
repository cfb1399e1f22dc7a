package io.zmtp.reactive.testing;

import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Virtual time for real connections, whose threads ask for schedulers too. */
public final class VirtualTime {

    private VirtualTime() {}

    /**
     * Begins; ends with {@link VirtualTimeScheduler#reset()}. The schedulers are asked for here already: of two threads
     * that ask for one first at once, Reactor disposes the second one's, which is the same.
     */
    public static VirtualTimeScheduler start() {
        VirtualTimeScheduler time = VirtualTimeScheduler.getOrSet();
        Schedulers.parallel();
        Schedulers.boundedElastic();
        Schedulers.single();
        return time;
    }
}
