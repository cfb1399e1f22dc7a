package io.zmtp.reactive.blocking;

import static io.zmtp.reactive.blocking.Threads.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.ZmtpInterruptedException;
import io.zmtp.reactive.ZmtpSendException;
import io.zmtp.reactive.ZmtpTimeoutException;
import io.zmtp.reactive.blocking.Threads.Running;
import io.zmtp.reactive.monitor.DropReason;
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
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;

class BlockingSocketTests {

    private static final Duration SHORT = Duration.ofMillis(20);

    @RegisterExtension
    private final Threads threads = new Threads();

    private final Disposable.Composite open = Disposables.composite();

    private <S extends ZmtpSocket> BlockingSocket<S> open(S socket) {
        open.add(socket);
        return BlockingSocket.of(socket);
    }

    @AfterEach
    void close() {
        open.dispose();
    }

    private static String inproc() {
        return "inproc://" + UUID.randomUUID();
    }

    // ---- plain calls

    @Test
    void sendsAndReceives() {
        try (BlockingSocket<PullSocket> pull = open(PullSocket.create());
                BlockingSocket<PushSocket> push = open(PushSocket.create())) {
            push.connect(pull.bind("tcp://127.0.0.1:*").toString());
            push.send("one", "part");
            assertThat(push.send(Message.of("two"), TIMEOUT)).isTrue();
            push.flush();

            assertThat(pull.receive()).isEqualTo(Message.of("one", "part"));
            assertThat(pull.receive(TIMEOUT)).contains(Message.of("two"));
            assertThat(pull.receive(SHORT)).isEmpty();
            push.send("three");
            assertThat(pull.receive(TIMEOUT)).contains(Message.of("three"));
        }
    }

    @Test
    void receivesAtOnceWhatIsThere() {
        BlockingSocket<PullSocket> pull = open(PullSocket.create());
        BlockingSocket<PushSocket> push = open(PushSocket.create());
        push.connect(pull.bind(inproc()).toString());
        assertThat(pull.receive(Duration.ZERO)).isEmpty();
        push.send("there");

        assertThat(pull.receive(Duration.ZERO)).contains(Message.of("there"));
    }

    @Test
    void publishesByTopic() {
        BlockingSocket<PubSocket> pub = open(PubSocket.create());
        BlockingSocket<SubSocket> sub = open(SubSocket.create());
        sub.socket().subscribe("md.");
        sub.connect(pub.bind("tcp://127.0.0.1:*").toString());
        BlockingSocket.await(pub.socket().awaitSubscribers("md.x", 1), TIMEOUT);
        pub.publish("md.x", Message.of("1"));

        assertThat(sub.receive()).isEqualTo(Message.of("md.x", "1"));
    }

    @Test
    void addressesPeers() {
        BlockingSocket<RouterSocket> router = open(RouterSocket.create());
        BlockingSocket<DealerSocket> dealer = open(DealerSocket.create());
        dealer.connect(router.bind("tcp://127.0.0.1:*").toString());
        dealer.send("question");
        Message question = router.receive();
        router.send(Message.of("answer").prepend(question.first()));

        assertThat(dealer.receive()).isEqualTo(Message.of("answer"));
    }

    @Test
    void sharesWhatComesAmongThreads() throws Exception {
        BlockingSocket<PullSocket> pull = open(PullSocket.create());
        BlockingSocket<PushSocket> push = open(PushSocket.create());
        push.connect(pull.bind(inproc()).toString());
        Set<String> received = ConcurrentHashMap.newKeySet();
        List<Running<Void>> workers = IntStream.range(0, 8)
                .mapToObj(i -> threads.<Void>start(() -> {
                    for (String text; !(text = pull.receive().text()).equals("end"); ) {
                        received.add(text);
                    }
                    return null;
                }))
                .toList();
        for (int i = 0; i < 1_000; i++) {
            push.send("" + i);
        }
        for (Running<Void> ignored : workers) {
            push.send("end");
        }
        for (Running<Void> worker : workers) {
            worker.get();
        }

        assertThat(received).hasSize(1_000);
    }

    // ---- requests

    @Test
    void asksAndAnswers() throws Exception {
        BlockingSocket<RepSocket> rep = open(RepSocket.create());
        BlockingSocket<ReqSocket> req = open(ReqSocket.create(SocketOptions::correlate));
        req.connect(rep.bind("tcp://127.0.0.1:*").toString());
        List<Running<Void>> servers = IntStream.range(0, 4)
                .mapToObj(i -> threads.<Void>start(() -> {
                    rep.serve(body -> Message.of(body.text() + "!"));
                    return null;
                }))
                .toList();
        List<Running<Message>> asking = IntStream.range(0, 200)
                .mapToObj(i -> threads.start(() -> req.request("" + i)))
                .toList();

        for (int i = 0; i < 200; i++) {
            assertThat(asking.get(i).get().text()).isEqualTo(i + "!");
        }
        rep.close();
        for (Running<Void> server : servers) {
            server.get();
        }
    }

    @Test
    void answersAsManyAtATimeAsThereAreThreads() throws Exception {
        BlockingSocket<RepSocket> rep = open(RepSocket.create());
        BlockingSocket<ReqSocket> req = open(ReqSocket.create(SocketOptions::correlate));
        req.connect(rep.bind(inproc()).toString());
        CountDownLatch both = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            threads.start(() -> {
                rep.serve(body -> {
                    both.countDown();
                    return await(both) ? body : null;
                });
                return null;
            });
        }
        Running<Message> first = threads.start(() -> req.request("first"));
        Running<Message> second = threads.start(() -> req.request("second"));

        assertThat(first.get().text() + second.get().text()).isEqualTo("firstsecond");
    }

    private static boolean await(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException interrupted) {
            return false;
        }
    }

    @Test
    void aRequestThatIsNotAnsweredIsGivenUp() throws Exception {
        BlockingSocket<RepSocket> rep = open(RepSocket.create());
        BlockingSocket<ReqSocket> req = open(ReqSocket.create(SocketOptions::correlate));
        req.connect(rep.bind(inproc()).toString());
        threads.start(() -> {
            rep.serve(body -> {
                if (body.text().equals("throw")) {
                    throw new IllegalStateException("no");
                }
                return body.text().equals("nothing") ? null : body;
            });
            return null;
        });

        assertThat(req.request(Message.of("nothing"), SHORT)).isEmpty();
        assertThat(req.request(Message.of("throw"), SHORT)).isEmpty();
        assertThat(req.request(Message.of("echo"), TIMEOUT)).contains(Message.of("echo"));
        assertThat(rep.socket().drops()).containsEntry(DropReason.UNANSWERED, 2L);
    }

    @Test
    void aServerThatIsInterruptedSendsTheReplyAtHandAndLosesNoRequest() throws Exception {
        BlockingSocket<RepSocket> rep = open(RepSocket.create());
        BlockingSocket<ReqSocket> req = open(ReqSocket.create(SocketOptions::correlate));
        req.connect(rep.bind(inproc()).toString());
        Running<Message> first = threads.start(() -> req.request("first"));
        Running<Message> second = threads.start(() -> {
            first.awaitWaiting();
            return req.request("second");
        });
        second.awaitWaiting();
        Running<Void> server = threads.start(() -> {
            rep.serve(body -> {
                Thread.currentThread().interrupt();
                return body;
            });
            return null;
        });

        assertThat(server.failure()).isInstanceOf(ZmtpInterruptedException.class);
        assertThat(first.get().text()).isEqualTo("first");
        Running<Void> next = threads.start(() -> {
            rep.serve(body -> Message.of("next"));
            return null;
        });
        assertThat(second.get().text()).isEqualTo("next");
        next.awaitWaiting().thread().interrupt();
        assertThat(next.failure()).isInstanceOf(ZmtpInterruptedException.class);
        assertThat(rep.socket().drops()).isEmpty();
    }

    // ---- interrupts

    @Test
    void anInterruptEndsReceivingAndTheNextCallGetsWhatComes() throws Exception {
        BlockingSocket<PullSocket> pull = open(PullSocket.create());
        BlockingSocket<PushSocket> push = open(PushSocket.create());
        push.connect(pull.bind(inproc()).toString());
        Running<Boolean> waiting = threads.start(() -> {
            assertThatThrownBy(pull::receive)
                    .isInstanceOf(ZmtpInterruptedException.class)
                    .hasMessageContaining("receive")
                    .hasMessageContaining("interrupted while it waited");
            return Thread.currentThread().isInterrupted();
        });
        Running<Message> behind = threads.start(() -> {
            waiting.awaitWaiting();
            return pull.receive();
        });
        behind.awaitWaiting();
        Running<Message> third = threads.start(pull::receive).awaitWaiting();
        third.thread().interrupt(); // while it waits for its turn
        assertThat(third.failure()).isInstanceOf(ZmtpInterruptedException.class);
        waiting.thread().interrupt();

        assertThat(waiting.get()).isTrue();
        push.send("kept");
        assertThat(behind.get()).isEqualTo(Message.of("kept"));
    }

    @Test
    void aThreadThatIsInterruptedAlreadyDoesNothing() throws Exception {
        BlockingSocket<PullSocket> pull = open(PullSocket.create());
        BlockingSocket<PushSocket> push = open(PushSocket.create());
        push.connect(pull.bind(inproc()).toString());
        push.send("first");
        Running<Boolean> interrupted = threads.start(() -> {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> push.send("never")).isInstanceOf(ZmtpInterruptedException.class);
            assertThatThrownBy(pull::receive).isInstanceOf(ZmtpInterruptedException.class);
            assertThatThrownBy(() -> pull.receive(Duration.ZERO)).isInstanceOf(ZmtpInterruptedException.class);
            return Thread.interrupted();
        });

        assertThat(interrupted.get()).isTrue();
        assertThat(pull.receive(Duration.ZERO)).contains(Message.of("first"));
        assertThat(pull.receive(Duration.ZERO)).isEmpty();
    }

    @Test
    void anInterruptTakesBackWhatWasToBeSent() throws Exception {
        BlockingSocket<PushSocket> push = open(PushSocket.create());
        Running<Void> waiting = threads.<Void>start(() -> {
                    push.send("taken back");
                    return null;
                })
                .awaitWaiting();
        waiting.thread().interrupt();
        assertThat(waiting.failure())
                .isInstanceOf(ZmtpInterruptedException.class)
                .hasMessageContaining("send");
        assertThat(push.send(Message.of("too late"), SHORT)).isFalse();

        BlockingSocket<PullSocket> pull = open(PullSocket.create());
        push.connect(pull.bind(inproc()).toString());
        push.send("sent");
        assertThat(pull.receive()).isEqualTo(Message.of("sent"));
    }

    @Test
    void losesNothingHoweverOftenItIsInterrupted() throws Exception {
        BlockingSocket<PullSocket> pull = open(PullSocket.create());
        BlockingSocket<PushSocket> push = open(PushSocket.create());
        push.connect(pull.bind("tcp://127.0.0.1:*").toString());
        int count = 2_000;
        Running<List<String>> receiving = threads.start(() -> {
            List<String> received = new ArrayList<>();
            while (received.size() < count) {
                try {
                    received.add(pull.receive().text());
                } catch (ZmtpInterruptedException again) {
                    assertThat(Thread.interrupted()).isTrue();
                }
            }
            return received;
        });
        Running<Void> sending = threads.start(() -> {
            for (int i = 0; i < count; i++) {
                push.send("" + i);
                LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(20_000));
            }
            return null;
        });
        while (!receiving.task().isDone()) {
            receiving.thread().interrupt();
            LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(50_000));
        }

        sending.get();
        assertThat(receiving.get())
                .isEqualTo(IntStream.range(0, count).mapToObj(String::valueOf).toList());
    }

    /** What send says is true: all that was sent comes, and nothing else. */
    @Test
    void sendsNothingThatItSaysWasNotSent() throws Exception {
        BlockingSocket<PullSocket> pull = open(PullSocket.create(options -> options.recvHwm(1)));
        BlockingSocket<PushSocket> push = open(PushSocket.create(options -> options.sendHwm(1)));
        push.connect(pull.bind(inproc()).toString());
        int count = 1_000;
        Running<Set<String>> receiving = threads.start(() -> {
            Set<String> received = new HashSet<>();
            for (String text; !(text = pull.receive().text()).equals("end"); ) {
                received.add(text);
                LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(50_000));
            }
            return received;
        });
        Running<Set<String>> sending = threads.start(() -> {
            Set<String> sent = new HashSet<>();
            for (int i = 0; i < count; i++) {
                try {
                    Duration timeout =
                            Duration.ofNanos(ThreadLocalRandom.current().nextInt(100_000));
                    if (push.send(Message.of("" + i), timeout)) {
                        sent.add("" + i);
                    }
                } catch (ZmtpInterruptedException notSent) {
                    assertThat(Thread.interrupted()).isTrue();
                }
                Thread.interrupted(); // one that came too late
            }
            return sent;
        });
        while (!sending.task().isDone()) {
            sending.thread().interrupt();
            LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(200_000));
        }
        push.send("end");

        assertThat(receiving.get()).isEqualTo(sending.get());
    }

    // ---- errors

    private static Stream<BlockingCall> calls() {
        return Stream.of(
                new BlockingCall("send", pair -> pair.push().send("x")),
                new BlockingCall("receive", pair -> pair.pull().receive()),
                new BlockingCall("bind", pair -> pair.pull().bind("inproc://refused")),
                new BlockingCall("connect", pair -> pair.push().connect("inproc://refused")),
                new BlockingCall("flush", pair -> pair.push().flush()),
                new BlockingCall("waiting", pair -> BlockingSocket.await(Mono.empty(), SHORT)));
    }

    private interface Call {
        void on(Pair pair);
    }

    private record BlockingCall(String name, Call call) {
        @Override
        public String toString() {
            return name;
        }
    }

    private record Pair(BlockingSocket<PushSocket> push, BlockingSocket<PullSocket> pull) {}

    @ParameterizedTest
    @MethodSource("calls")
    void isRefusedWhereAThreadMustNotWait(BlockingCall each) {
        Pair pair = new Pair(open(PushSocket.create()), open(PullSocket.create()));
        Mono<Void> onLoop = Mono.<Void>fromRunnable(() -> each.call().on(pair)).subscribeOn(Schedulers.parallel());

        assertThatThrownBy(() -> onLoop.block(TIMEOUT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(each.name())
                .hasMessageContaining("expected a thread that may wait, but parallel-");
    }

    @Test
    void cancelsWhatSubscribesOnlyWhenTheWaitIsOver() {
        AtomicReference<CoreSubscriber<? super String>> late = new AtomicReference<>();
        AtomicBoolean cancelled = new AtomicBoolean();
        Mono<String> slow = Mono.fromDirect(subscriber -> late.set(Operators.toCoreSubscriber(subscriber)));
        assertThatThrownBy(() -> BlockingSocket.await(slow, Duration.ZERO))
                .isInstanceOfSatisfying(
                        ZmtpTimeoutException.class,
                        thrown -> assertThat(thrown.timeout()).isZero())
                .hasMessageContaining("within PT0S");

        late.get().onSubscribe(new Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {
                cancelled.set(true);
            }
        });

        assertThat(cancelled).isTrue();
    }

    @Test
    void closesAlsoWhereAThreadMustNotWait() {
        BlockingSocket<PushSocket> push = open(PushSocket.create());
        Mono.fromRunnable(push::close).subscribeOn(Schedulers.parallel()).block(TIMEOUT);

        assertThat(push.socket().onClose().block(TIMEOUT)).isNotNull();
        assertThatThrownBy(() -> push.send("x")).isInstanceOf(ZmtpClosedException.class);
    }

    @Test
    void closingDoesNotWaitInAThreadThatIsInterrupted() throws Exception {
        BlockingSocket<PullSocket> pull = open(PullSocket.create());
        Running<Boolean> closing = threads.start(() -> {
            Thread.currentThread().interrupt();
            pull.close();
            return Thread.currentThread().isInterrupted();
        });

        assertThat(closing.get()).isTrue();
        assertThat(pull.socket().onClose().block(TIMEOUT)).isNotNull();
    }

    @Test
    void theEndOfTheSocketEndsThoseWhoWait() throws Exception {
        BlockingSocket<PullSocket> pull = open(PullSocket.create());
        BlockingSocket<PushSocket> push = open(PushSocket.create(options -> options.linger(Duration.ZERO)));
        Running<Message> receiving = threads.start(() -> pull.receive()).awaitWaiting();
        Running<Optional<Message>> inTime =
                threads.start(() -> pull.receive(TIMEOUT)).awaitWaiting();
        Running<Void> sending = threads.<Void>start(() -> {
                    push.send("x");
                    return null;
                })
                .awaitWaiting();
        pull.close();
        push.close();

        assertThat(receiving.failure()).isInstanceOf(ZmtpClosedException.class).hasMessageContaining("PULL");
        assertThat(inTime.failure()).isInstanceOf(ZmtpClosedException.class);
        assertThat(sending.failure()).isInstanceOf(ZmtpClosedException.class);
    }

    @Test
    void saysWhatASocketCannotDo() {
        BlockingSocket<PullSocket> pull = open(PullSocket.create());
        BlockingSocket<PushSocket> push = open(PushSocket.create(options -> options.onFull(Overflow.FAIL)));

        assertThatThrownBy(() -> pull.send("x"))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("expected one that can send, but a PULL socket cannot");
        assertThatThrownBy(push::receive).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> push.request("x")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> push.serve(body -> body)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> push.send("x")).isInstanceOf(ZmtpSendException.class);
        assertThatThrownBy(() -> pull.receive(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
        Endpoint at = pull.bind("tcp://127.0.0.1:*");
        assertThatThrownBy(() -> open(PullSocket.create()).bind(at.toString()))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("bind");
        assertThatThrownBy(() -> BlockingSocket.await(Mono.never(), SHORT))
                .isInstanceOf(ZmtpTimeoutException.class)
                .hasMessageContaining("PT0.02S");
    }
}
