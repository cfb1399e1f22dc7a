package io.zmtp.reactive.transport;

import reactor.netty.ReactorNetty;
import reactor.netty.resources.LoopResources;

/**
 * The event loops of everything that was not given others.
 *
 * <p>Half as many as the JVM has processors, at least one: who sends and who receives needs the rest. More loops than
 * processors, as reactor-netty's own for HTTP are where there are few, take turns at the expense of all. The system
 * property {@code reactor.netty.ioWorkerCount} sets another number. Their threads are daemons, and are started when
 * first needed.
 *
 * @since 0.1
 */
public final class Loops {
    /** The loops that everything shares; they are never disposed. */
    public static final LoopResources SHARED = LoopResources.create("zmtp", count(), true);

    private Loops() {}

    private static int count() {
        int half = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return Integer.getInteger(ReactorNetty.IO_WORKER_COUNT, half);
    }
}
