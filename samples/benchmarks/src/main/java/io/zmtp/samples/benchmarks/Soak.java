package io.zmtp.samples.benchmarks;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.samples.benchmarks.measure.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * Servers of several kinds in one process, for a given time: with clients that behave, whose work is counted, with
 * clients that come, go and cancel, and with {@link Mischief}. What the process holds is in a {@link SoakLog}: it shall
 * stay where it is after the first minutes, while work goes on.
 */
final class Soak {

    private static final KeyPair KEYS = KeyPair.generate();
    private static final Duration TICK = Duration.ofMillis(5);
    private static final Duration SOON = Duration.ofMillis(20);

    private final AtomicLong pushed = new AtomicLong();
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong visits = new AtomicLong();
    private final List<ZmtpSocket> servers = new ArrayList<>();
    private final Disposable.Composite running = Disposables.composite();

    private Soak() {}

    static void run(Settings settings) {
        new Soak().soak(settings);
    }

    private void soak(Settings settings) {
        PullSocket pull = PullSocket.create();
        PullSocket secure =
                PullSocket.create(options -> options.mechanism(CurveMechanism.server(KEYS, Authenticator.anyone())));
        // Of each connection that nobody reads recvHwm is kept, and its end is not seen: so their number has a limit.
        PullSocket unread =
                PullSocket.create(options -> options.recvHwm(100).server(server -> server.maxConnections(100)));
        PubSocket pub = PubSocket.create();
        RepSocket rep = RepSocket.create();
        RouterSocket router = RouterSocket.create();
        Endpoint toPull = serve(pull);
        Endpoint toSecure = serve(secure);
        Endpoint toUnread = serve(unread);
        Endpoint toPub = serve(pub);
        Endpoint toRep = serve(rep);
        Endpoint toRouter = serve(router);

        running.add(pull.receive().doOnNext(message -> pushed.incrementAndGet()).subscribe());
        running.add(
                secure.receive().doOnNext(message -> pushed.incrementAndGet()).subscribe());
        running.add(rep.serve(Mono::just, 16).subscribe());
        running.add(router.receive().flatMap(router::send).subscribe());
        running.add(every(TICK).concatMap(tick -> pub.send("topic", "" + tick)).subscribe());

        // Those that behave.
        behave(toPull, UnaryOperator.identity());
        behave(toSecure, Soak::encrypted);
        ReqSocket req = add(ReqSocket.create());
        req.connectNow(toRep);
        running.add(every(TICK)
                .concatMap(tick -> req.request("question").timeout(Duration.ofSeconds(5)))
                .doOnNext(answer -> answered.incrementAndGet())
                .retryWhen(Retry.fixedDelay(Long.MAX_VALUE, SOON))
                .subscribe());
        SubSocket sub = add(SubSocket.create());
        sub.connectNow(toPub);
        running.add(sub.receive("topic")
                .doOnNext(message -> published.incrementAndGet())
                .subscribe());

        // Those that come, go and cancel.
        repeat(push(toPull, UnaryOperator.identity()));
        repeat(push(toSecure, Soak::encrypted));
        repeat(push(toUnread, UnaryOperator.identity()));
        repeat(visit(
                () -> ReqSocket.create(),
                toRep,
                socket -> socket.request("again")
                        .timeout(Duration.ofNanos(1 + System.nanoTime() % 2_000_000))
                        .onErrorComplete()
                        .repeat(20)
                        .then()));
        repeat(visit(
                () -> DealerSocket.create(),
                toRouter,
                socket -> socket.send("to be answered")
                        .thenMany(socket.receive()
                                .next()
                                .timeout(Duration.ofMillis(1))
                                .onErrorComplete())
                        .then()));
        repeat(visit(
                () -> SubSocket.create(),
                toPub,
                socket -> socket.receive("topic", "another").take(3).then()));
        Mischief mischief = new Mischief(List.of(toPull, toSecure, toUnread, toPub, toRep, toRouter));
        running.add(mischief);

        try (SoakLog log = new SoakLog(settings.folder(), this::work, () -> visits.get() + mischief.count())) {
            Flux.interval(Duration.ZERO, settings.every(), Schedulers.single())
                    .onBackpressureDrop()
                    .doOnNext(tick -> log.sample(servers.stream()
                            .mapToLong(each -> each.peers().size())
                            .sum()))
                    .take(settings.window())
                    .blockLast();
        }
        running.dispose();
        Flux.fromIterable(servers).flatMap(ZmtpSocket::close).blockLast(Duration.ofMinutes(1));
    }

    private List<Long> work() {
        return List.of(pushed.get(), published.get(), answered.get());
    }

    private Endpoint serve(ZmtpSocket server) {
        return add(server).bindNow("tcp://127.0.0.1:*");
    }

    private <S extends ZmtpSocket> S add(S socket) {
        servers.add(socket);
        return socket;
    }

    private static SocketOptions encrypted(SocketOptions options) {
        return options.mechanism(CurveMechanism.client(KEYS.publicKey()));
    }

    private static Flux<Long> every(Duration time) {
        return Flux.interval(time).onBackpressureDrop();
    }

    private void behave(Endpoint endpoint, UnaryOperator<SocketOptions> options) {
        PushSocket push = add(PushSocket.create(options));
        push.connectNow(endpoint);
        running.add(every(TICK).concatMap(tick -> push.send("work")).subscribe());
    }

    /** A sender that gives up while it sends, now and then before it has connected. */
    private Mono<Void> push(Endpoint endpoint, UnaryOperator<SocketOptions> options) {
        return visit(
                () -> PushSocket.create(all -> options.apply(all).linger(SOON)),
                endpoint,
                socket -> socket.send(Flux.range(0, 2000).map(i -> Message.of(new byte[i])))
                        .timeout(Duration.ofNanos(1 + System.nanoTime() % 50_000_000)));
    }

    private <S extends ZmtpSocket> Mono<Void> visit(Supplier<S> make, Endpoint endpoint, Function<S, Mono<Void>> what) {
        return Mono.usingWhen(
                Mono.fromSupplier(make),
                socket -> socket.connect(endpoint)
                        .then(what.apply(socket))
                        .timeout(Duration.ofSeconds(1))
                        .onErrorComplete(),
                ZmtpSocket::close);
    }

    private void repeat(Mono<Void> visit) {
        running.add(visit.doOnTerminate(visits::incrementAndGet)
                .then(Mono.delay(SOON))
                .repeat()
                .retry()
                .subscribe());
    }
}
