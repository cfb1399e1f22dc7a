package io.zmtp.reactive.transport;

import reactor.netty.ReactorNetty;
import reactor.netty.resources.LoopResources;

/**
 * The default event loops, which all connections share. Internal.
 *
 * <p>Half as many as the JVM has processors, at least one: the threads of the application need the rest. More loops than
 * processors would only take turns. The system property {@code reactor.netty.ioWorkerCount} sets another number. The
 * threads are daemons, and start when they are first needed.
 */
public final class Loops {
    /** The shared loops, which are never disposed. */
    public static final LoopResources SHARED = LoopResources.create("zmtp", count(), true);

    private Loops() {}

    private static int count() {
        int half = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        return Integer.getInteger(ReactorNetty.IO_WORKER_COUNT, half);
    }
}
