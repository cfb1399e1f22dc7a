package io.zmtp.samples.quickstart;

import io.netty.channel.ChannelOption;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.connection.Binding;
import io.zmtp.reactive.connection.ZmtpClient;
import io.zmtp.reactive.connection.ZmtpConnection;
import io.zmtp.reactive.connection.ZmtpServer;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A slow consumer holds back a fast producer, over a real TCP port; then it is let loose. */
final class Demo {

    private static final Duration TICK = Duration.ofMillis(500);

    /** Small, so that one does not watch the kernel's megabytes fill and empty. */
    private static final int KERNEL_BUFFER = 64 * 1024;

    private static final Bytes BODY = Bytes.wrap(new byte[1024]);

    private final PrintStream out;
    private final long slowTicks;
    private final long allTicks;
    private final Consumer consumer = new Consumer();
    private final Sinks.Empty<Void> enough = Sinks.empty();
    private volatile long sent;
    private long sentBefore;
    private long receivedBefore;

    /**
     * Prepares it.
     *
     * @param slow how long the consumer is slow
     * @param loose how long it is let loose
     */
    Demo(PrintStream out, Duration slow, Duration loose) {
        this.out = out;
        this.slowTicks = slow.dividedBy(TICK);
        this.allTicks = slowTicks + loose.dividedBy(TICK);
    }

    /** Runs it; false if something got lost. */
    boolean run() {
        Binding server = ZmtpServer.create()
                .socketType(SocketType.PULL)
                .option(ChannelOption.SO_RCVBUF, KERNEL_BUFFER)
                .handle(connection -> {
                    connection.receive().subscribe(consumer);
                    return consumer.onDone();
                })
                .bindNow("tcp://127.0.0.1:*");
        ZmtpConnection client = ZmtpClient.create()
                .socketType(SocketType.PUSH)
                .option(ChannelOption.SO_SNDBUF, KERNEL_BUFFER)
                .connectNow(server.endpoint().toString());
        out.println("A PUSH client sends messages of 1 KiB to a PULL server at " + server.endpoint()
                + " as fast as it can.");
        out.println("The consumer asks for 1,000 a second: the producer is held back, and nothing piles up.");

        Mono<Void> produce = client.send(numbered()
                        .takeUntilOther(enough.asMono())
                        .doOnNext(message -> sent++)) // only this thread at a time writes it
                .then(client.close())
                .then(consumer.onDone());
        Disposable pace = Flux.interval(Duration.ZERO, Duration.ofMillis(10)).subscribe(tick -> consumer.request(10));
        Mono<Void> watch = Flux.interval(TICK, TICK)
                .take(allTicks)
                .doOnNext(tick -> {
                    report(tick + 1);
                    if (tick + 1 == slowTicks) {
                        out.println("Now the consumer asks for all there is.");
                        pace.dispose();
                        consumer.requestUnbounded();
                    }
                })
                .doOnComplete(enough::tryEmitEmpty)
                .then();
        Mono.when(produce, watch).block();
        server.dispose();

        boolean whole = consumer.received() == sent && !consumer.disorder();
        out.println(String.format(
                Locale.ROOT,
                "Done: %,d messages sent, %,d received, %s.",
                sent,
                consumer.received(),
                whole ? "in order, none lost" : "which is WRONG"));
        return whole;
    }

    private static Flux<Message> numbered() {
        return Flux.generate(() -> 0L, (number, sink) -> {
            sink.next(Message.of(Bytes.utf8(Long.toString(number)), BODY));
            return number + 1;
        });
    }

    private void report(long tick) {
        long accepted = sent;
        long received = consumer.received();
        out.println(String.format(
                Locale.ROOT,
                "%5.1f s   sent %,10d (%,9d/s)   received %,10d (%,9d/s)   on the way %,6d",
                tick * TICK.toMillis() / 1000.0,
                accepted,
                perSecond(accepted - sentBefore),
                received,
                perSecond(received - receivedBefore),
                accepted - received));
        sentBefore = accepted;
        receivedBefore = received;
    }

    private static long perSecond(long inTick) {
        return inTick * 1000 / TICK.toMillis();
    }
}
