package io.zmtp.samples.benchmarks.peer;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.connection.Binding;
import io.zmtp.reactive.connection.ZmtpServer;
import io.zmtp.samples.benchmarks.measure.Settings;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Binds PULL, with a consumer that asks for one message and takes its time: whatever senders do, memory must stay where
 * it is. Run it with {@code -Xmx64m}.
 */
final class Slow {

    private Slow() {}

    static void run(Settings settings) {
        AtomicLong taken = new AtomicLong();
        Duration delay = settings.delay();
        Binding binding = ZmtpServer.create()
                .socketType(SocketType.PULL)
                .handle(connection -> connection
                        .receive()
                        .concatMap(message -> Mono.delay(delay).doOnNext(tick -> taken.incrementAndGet()), 0)
                        .then())
                .bindNow(settings.endpoint());
        System.out.println("READY");
        Flux.interval(Duration.ofSeconds(1))
                .doOnNext(second -> report(taken.get()))
                .subscribe();
        binding.onDispose().block();
    }

    private static void report(long taken) {
        Runtime runtime = Runtime.getRuntime();
        System.out.printf(
                Locale.ROOT,
                "HEAP %.1f of %.1f MiB, direct %.1f MiB, %d messages taken%n",
                mebi(runtime.totalMemory() - runtime.freeMemory()),
                mebi(runtime.maxMemory()),
                mebi(((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                        .metric()
                        .usedDirectMemory()),
                taken);
    }

    private static double mebi(long octets) {
        return octets / 1048576.0;
    }
}
