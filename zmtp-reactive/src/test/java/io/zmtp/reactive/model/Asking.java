package io.zmtp.reactive.model;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.ZmtpException;
import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.model.Stage.Transport;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;

/**
 * REQ that asks REP, or a ROUTER that answers in any order, and gives up now and then: each answer is that of its own
 * question, and after all that each question is answered. With a level of delivery, no question fails because its peer has
 * gone. All that is random comes from the seed, except which side is faster.
 */
final class Asking implements AutoCloseable {

    private static final int LAST_QUESTIONS = 3;

    private final Random random;
    private final Stage stage;
    private final boolean routers;
    private final @Nullable Broker broker;
    private final DeliveryLevel level;
    private final boolean correlates;
    private final @Nullable Overflow rule;
    private final int hwm;
    private final boolean cuts;
    private final boolean leave;
    private final List<ReqSocket> asking = new ArrayList<>();
    private final List<ZmtpSocket> answering = new ArrayList<>();
    private final List<Disposable> cancellable = new ArrayList<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();
    private final AtomicInteger questions = new AtomicInteger();
    private final List<Disposable> serving = new ArrayList<>();
    private volatile boolean prompt;

    /** How many questions wait that nobody gives up. */
    private final AtomicInteger patient = new AtomicInteger();

    private final int mostServers;

    /** REQ and REP with a level of delivery. */
    Asking(DeliveryLevel level, Transport transport, long seed) {
        this(false, false, level, transport, seed, true);
    }

    /**
     * Decides what is to go wrong.
     *
     * @param routers whether a ROUTER answers, not a REP
     * @param brokered whether there is a broker between them
     * @param plain whether the rule for full queues is left as it is
     */
    Asking(boolean routers, boolean brokered, Transport transport, long seed, boolean plain) {
        this(routers, brokered, DeliveryLevel.NONE, transport, seed, plain);
    }

    private Asking(
            boolean routers, boolean brokered, DeliveryLevel level, Transport transport, long seed, boolean plain) {
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.routers = routers;
        this.level = level;
        this.correlates = level != DeliveryLevel.NONE && random.nextBoolean();
        // With CURVE, peers are known by their keys, and all sockets that bind have the same one.
        this.mostServers = level.isOnce() && transport.isCurve() ? 1 : 2;
        this.cuts = random.nextBoolean() && transport.isTcp();
        this.leave = random.nextInt(3) == 0;
        this.stage = new Stage(transport, random, cuts, seed);
        Overflow[] rules = Overflow.values();
        int any = new Random(~seed * 0x9E3779B97F4A7C15L).nextInt(2 * rules.length);
        this.rule = plain || any >= rules.length ? null : rules[any];
        this.hwm = rule == null ? SocketOptions.DEFAULT_SEND_HWM : 1;
        this.broker = brokered ? new Broker(Broker.Kind.QUEUE, stage, Asking::basic, faults::add) : null;
    }

    private static SocketOptions basic(SocketOptions options) {
        return options.linger(Duration.ofMillis(300)).reconnect(Duration.ofMillis(5), Duration.ofMillis(40));
    }

    private SocketOptions options(SocketOptions options, boolean binds, String name) {
        SocketOptions set = stage.secure(basic(options), binds);
        if (level == DeliveryLevel.NONE) {
            return set;
        }
        set = set.delivery(DeliveryOptions.of(level));
        return level.isOnce() ? set.routingId(Bytes.utf8(name)) : set;
    }

    private SocketOptions asking(SocketOptions options, String name) {
        SocketOptions set = options(options, false, name);
        return correlates ? set.correlate() : set;
    }

    private SocketOptions answering(SocketOptions options, String name) {
        SocketOptions set = options(options, broker == null, name).sendHwm(hwm);
        return rule == null ? set : set.onFull(rule);
    }

    List<String> play() {
        int servers = 1 + random.nextInt(mostServers);
        for (int i = 0; i < servers; i++) {
            answering.add(serve(i));
        }
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            String name = "Q" + i;
            ReqSocket req = ReqSocket.create(options -> asking(options, name));
            asking.add(req);
            for (int each = 0; each < (broker == null ? servers : 1); each++) {
                req.connectNow(stage.endpoint(broker == null ? "S" + each : Broker.FRONT));
            }
        }
        for (int step = 40 + random.nextInt(80); step > 0; step--) {
            step();
            if (random.nextBoolean()) {
                Mono.delay(Duration.ofNanos(random.nextInt(1_000_000))).block();
            }
        }
        prompt = true;
        if (broker != null) {
            broker.resume();
        }
        cancellable.forEach(Disposable::dispose);
        try {
            Expect.that(
                    "each question is answered",
                    () -> patient.get() == 0,
                    () -> " but " + patient + " wait; peers are "
                            + asking.stream().map(ZmtpSocket::peers).toList());
            asking.stream().allMatch(this::askInEarnest);
        } catch (Expect.Unkept fault) {
            faults.add(fault.getMessage());
        }
        return List.copyOf(faults);
    }

    private ZmtpSocket serve(int index) {
        String name = "S" + index;
        ZmtpSocket socket = routers
                ? RouterSocket.create(options -> answering(options, name))
                : RepSocket.create(options -> answering(options, name));
        if (broker == null) {
            stage.bind(name, socket);
        } else {
            socket.connectNow(stage.endpoint(Broker.BACK));
        }
        if (socket instanceof RepSocket rep) {
            serving.add(rep.serve(this::answer, 1 + random.nextInt(3)).subscribe());
        } else if (socket instanceof RouterSocket router) {
            // As they are ready, which may be in any order.
            serving.add(router.receive()
                    .flatMap(question ->
                            answer(question.skip(question.size() - 1)).map(answer -> envelope(question, answer)))
                    .flatMap(router::send)
                    .onErrorComplete()
                    .subscribe());
        }
        return socket;
    }

    private static Message envelope(Message question, Message answer) {
        List<Bytes> parts = new ArrayList<>(question.parts());
        parts.set(parts.size() - 1, answer.first());
        return Message.of(parts);
    }

    /** Now and then late, or never, until it is to be prompt. */
    private Mono<Message> answer(Message question) {
        Mono<Message> answer = Mono.just(Message.of("re:" + question.last().utf8()));
        if (prompt) {
            return answer;
        }
        int mood = mood(question.last().utf8());
        return switch (mood) {
            case 0 -> routers ? Mono.empty() : answer; // a REP's peer would wait for ever, as it should
            case 1, 2, 3 -> answer.delayElement(Duration.ofMillis(mood * 3L));
            case 4 -> level == DeliveryLevel.DONE ? Mono.error(new IllegalArgumentException("as it is meant")) : answer;
            default -> answer;
        };
    }

    private static int mood(String question) {
        return Math.floorMod(question.hashCode() * 0x9E3779B9 >>> 8, 10);
    }

    private void step() {
        ReqSocket req = asking.get(random.nextInt(asking.size()));
        String question = "q" + questions.incrementAndGet();
        switch (random.nextInt(level == DeliveryLevel.NONE ? 9 : 12)) {
            case 0, 1, 2 -> cancellable.add(hear(question, req.request(question)));
            case 3, 4 -> hear(question, req.request(question).timeout(Duration.ofMillis(1 + random.nextInt(10))));
            case 5 -> hear(question, req.request(question).timeout(Duration.ofNanos(1 + random.nextInt(50_000))));
            case 6 ->
                req.request(question).subscribe(new BaseSubscriber<>() {
                    @Override
                    protected void hookOnSubscribe(Subscription subscription) {
                        subscription.cancel();
                    }
                });
            case 7 -> {
                if (!cancellable.isEmpty()) {
                    cancellable.remove(random.nextInt(cancellable.size())).dispose();
                }
            }
            case 8 -> trouble();
            default -> {
                patient.incrementAndGet();
                hear(question, req.request(question).doFinally(end -> patient.decrementAndGet()));
            }
        }
    }

    private void trouble() {
        if (cuts) {
            stage.cut();
        }
        if (broker != null) {
            broker.pauseOrResume();
        }
        if (leave && random.nextInt(3) == 0) {
            int index = random.nextInt(answering.size());
            answering.get(index).close().block(Expect.TIMEOUT);
            answering.set(index, serve(index));
            if (broker != null && random.nextInt(3) == 0) {
                broker.renew();
            }
        }
    }

    private Disposable hear(String question, Mono<Message> answer) {
        return answer.subscribe(come -> check(question, come), error -> {
            if (!(error instanceof TimeoutException) && !mayFail(question, error)) {
                faults.add(question + " failed: " + error);
            }
        });
    }

    private boolean mayFail(String question, Throwable error) {
        if (level == DeliveryLevel.NONE) {
            return error instanceof ZmtpException; // a question that was given up may have cost its connection
        }
        return error instanceof ZmtpNackException && level == DeliveryLevel.DONE && mood(question) == 4;
    }

    private void check(String question, Message come) {
        if (!come.equals(Message.of("re:" + question))) {
            faults.add(question + " got " + come.text());
        }
    }

    /** Everybody is there, and answers at once; who waits since before has given up. */
    private boolean askInEarnest(ReqSocket req) {
        for (int i = 0; i < LAST_QUESTIONS; i++) {
            String question = "last" + questions.incrementAndGet();
            try {
                Message come = req.request(question)
                        .timeout(Duration.ofSeconds(2))
                        .retry(2) // the first may meet a connection that ends just now, or wait behind what nobody
                        // answers
                        .block(Expect.TIMEOUT);
                if (come != null) {
                    check(question, come);
                }
            } catch (RuntimeException failed) {
                faults.add(question + ", asked when all was well, failed: " + failed);
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        asking.forEach(each -> each.close().block(Expect.TIMEOUT));
        serving.forEach(Disposable::dispose);
        answering.forEach(each -> each.close().block(Expect.TIMEOUT));
        if (broker != null) {
            broker.end();
        }
        stage.close();
    }

    @Override
    public String toString() {
        return (routers ? "REQ ROUTER" : "REQ REP")
                + (broker == null ? "" : " brokered")
                + (rule == null ? "" : " " + rule + " of " + hwm)
                + (level == DeliveryLevel.NONE ? "" : " " + level)
                + (correlates ? " correlates" : "")
                + (cuts ? " cuts" : "")
                + (leave ? " leave" : "");
    }
}
