package io.zmtp.samples.cli;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.samples.cli.Values.ByteSize;
import io.zmtp.samples.cli.Values.Count;
import io.zmtp.samples.cli.format.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code zmtp bench}. */
@Command(
        name = "bench",
        description = {
            "Measure throughput (thr, PUSH to PULL) or round trips (lat, REQ and REP).",
            "",
            "Without an endpoint both sides run here, over TCP on this machine. In two processes the one that binds",
            "receives (thr) or answers (lat); of thr it measures, of lat the one that connects does. The first tenth is",
            "warming up and does not count; for figures of a server start Java with its own defaults, not by the script."
        },
        footerHeading = Help.EXAMPLES,
        footer = {
            "  zmtp bench thr --size 100 --count 1000000",
            "  zmtp bench lat --bind 'tcp://*:5555'",
            "  zmtp bench lat --connect tcp://server:5555 --json"
        })
final class Bench implements Callable<Integer> {

    enum Kind {
        thr,
        lat
    }

    @Parameters(index = "0", paramLabel = "thr|lat", description = "What to measure.")
    private Kind kind = Kind.thr;

    @Option(names = "--size", paramLabel = "BYTES", description = "Octets of a message. Default: 100")
    private @Nullable ByteSize size;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "How many messages in all. Default: 1000000 for thr, 20000 for lat")
    private @Nullable Count count;

    @Option(names = "--peers", paramLabel = "N", description = "How many sockets connect. Default: 1")
    private @Nullable Count peers;

    @Option(
            names = {"-b", "--bind"},
            paramLabel = "ENDPOINT",
            description = "Be the side that binds, and only that.")
    private @Nullable Endpoint bind;

    @Option(
            names = {"-c", "--connect"},
            paramLabel = "ENDPOINT",
            description = "Be the side that connects, and only that.")
    private @Nullable Endpoint connect;

    @Option(names = "--json", description = "Print the result as a JSON object.")
    private boolean json;

    @Mixin
    private Help.Standard standard = new Help.Standard();

    private final Streams streams;
    private final AtomicLong done = new AtomicLong();
    private final List<ZmtpSocket> sockets = Collections.synchronizedList(new ArrayList<>());

    Bench(Streams streams) {
        this.streams = streams;
    }

    @Override
    public Integer call() {
        if (connect != null) {
            Values.checkPeer("--connect", connect);
        }
        if (bind != null && connect != null) {
            throw new UsageError("--connect", "expected one of it and --bind");
        }
        Disposable progress = Flux.interval(Duration.ofSeconds(1))
                .subscribe(second -> streams.err().print("\r" + done.get() + " of " + count() + " messages "));
        try {
            Mono<Void> work = kind == Kind.thr ? throughput() : roundTrips();
            boolean[] stopped = {false};
            Mono.firstWithSignal(work, streams.stop().doOnTerminate(() -> stopped[0] = true))
                    .block();
            return stopped[0] ? Main.INTERRUPTED : 0;
        } finally {
            progress.dispose();
            List.copyOf(sockets).forEach(ZmtpSocket::dispose);
        }
    }

    private long count() {
        return count != null ? count.number() : kind == Kind.thr ? 1_000_000 : 20_000;
    }

    private int peers() {
        return peers == null ? 1 : (int) Math.min(10_000, peers.number());
    }

    private int size() {
        return size == null ? 100 : (int) Math.min(1 << 30, size.bytes());
    }

    private Message message() {
        return Message.of(Bytes.wrap(new byte[size()]));
    }

    // ---- throughput

    private Mono<Void> throughput() {
        if (connect != null) {
            return push(connect);
        }
        PullSocket pull = keep(PullSocket.create());
        Endpoint at = bound(pull);
        Mono<Void> receiving = receive(pull);
        return bind != null ? receiving : Mono.when(receiving, push(at));
    }

    private Mono<Void> push(Endpoint to) {
        long each = Math.max(1, count() / peers());
        return Flux.range(0, peers())
                .flatMap(
                        peer -> {
                            PushSocket push = keep(PushSocket.create());
                            return push.connect(to)
                                    .then(push.send(Mono.just(message()).repeat(each - 1)))
                                    .then(push.close());
                        },
                        Integer.MAX_VALUE)
                .then();
    }

    private Mono<Void> receive(PullSocket pull) {
        long all = Math.max(1, count() / peers()) * peers();
        long warm = all / 10;
        AtomicLong begun = new AtomicLong(System.nanoTime());
        return pull.receive()
                .take(all)
                .doOnNext(message -> {
                    if (done.incrementAndGet() == warm) {
                        begun.set(System.nanoTime());
                    }
                })
                .then(Mono.fromRunnable(() -> {
                    double seconds = (System.nanoTime() - begun.get()) / 1e9;
                    double rate = (all - warm) / seconds;
                    double megabytes = rate * size() / 1e6;
                    print(
                            json
                                    ? head("thr")
                                                    .with("messages_per_second", Math.round(rate))
                                                    .with("megabytes_per_second", megabytes)
                                            + "\n"
                                    : String.format(
                                            Locale.ROOT,
                                            "%,d messages of %d octets: %,.0f/s, %,.1f MB/s%n",
                                            all - warm,
                                            size(),
                                            rate,
                                            megabytes));
                }));
    }

    private Json head(String name) {
        return new Json()
                .with("bench", name)
                .with("size", size())
                .with("peers", peers())
                .with("count", count());
    }

    // ---- round trips

    private Mono<Void> roundTrips() {
        if (connect != null) {
            return ask(connect);
        }
        RepSocket rep = keep(RepSocket.create());
        Endpoint at = bound(rep);
        Mono<Void> answering = rep.serve(request -> {
            done.incrementAndGet();
            return Mono.just(request);
        });
        return bind != null ? answering : Mono.firstWithSignal(ask(at), answering);
    }

    private Mono<Void> ask(Endpoint to) {
        ConcurrentHistogram nanos = new ConcurrentHistogram(3);
        AtomicLong begun = new AtomicLong(System.nanoTime());
        return Flux.range(0, peers())
                .flatMap(
                        peer -> {
                            ReqSocket req = keep(ReqSocket.create());
                            return req.connect(to).thenMany(ask(req, nanos));
                        },
                        Integer.MAX_VALUE)
                .then(Mono.fromRunnable(() -> report(nanos, (System.nanoTime() - begun.get()) / 1e9)));
    }

    private Flux<Message> ask(ReqSocket req, ConcurrentHistogram nanos) {
        long each = Math.max(1, count() / peers());
        AtomicLong asked = new AtomicLong();
        return Mono.defer(() -> {
                    long begun = System.nanoTime();
                    return req.request(message()).doOnNext(reply -> {
                        if (asked.incrementAndGet() > each / 10) {
                            nanos.recordValue(System.nanoTime() - begun);
                        }
                        done.incrementAndGet();
                    });
                })
                .repeat(each - 1);
    }

    private void report(ConcurrentHistogram nanos, double seconds) {
        if (json) {
            Json result = head("lat").with("mean_us", nanos.getMean() / 1e3).with("min_us", nanos.getMinValue() / 1e3);
            for (String percentile : List.of("50", "90", "99", "99.9", "99.99")) {
                result.with("p" + percentile + "_us", nanos.getValueAtPercentile(Double.parseDouble(percentile)) / 1e3);
            }
            print(result.with("max_us", nanos.getMaxValue() / 1e3) + "\n");
            return;
        }
        ByteArrayOutputStream table = new ByteArrayOutputStream();
        PrintStream to = new PrintStream(table, true, StandardCharsets.UTF_8);
        to.printf(
                Locale.ROOT,
                "%,d round trips of %d octets, %d at a time, in microseconds; %,.0f/s%n",
                nanos.getTotalCount(),
                size(),
                peers(),
                done.get() / seconds);
        nanos.outputPercentileDistribution(to, 2, 1e3);
        print(table.toString(StandardCharsets.UTF_8));
    }

    // ---- both

    private <S extends ZmtpSocket> S keep(S socket) {
        sockets.add(socket);
        return socket;
    }

    private Endpoint bound(ZmtpSocket socket) {
        Endpoint wanted = bind == null ? Endpoint.parse("tcp://127.0.0.1:*") : bind;
        Endpoint endpoint = socket.bind(wanted)
                .onErrorMap(e -> Failure.failed("cannot bind " + wanted + ": " + Reasons.of(e)))
                .block();
        return endpoint == null ? wanted : endpoint;
    }

    private void print(String text) {
        streams.err().print("\r");
        new PrintStream(streams.out(), true, StandardCharsets.UTF_8).print(text);
    }
}
