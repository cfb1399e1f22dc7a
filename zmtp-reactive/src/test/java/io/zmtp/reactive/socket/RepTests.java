package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.testing.RawPeer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

class RepTests {

    @RegisterExtension
    private final Sockets sockets = new Sockets();

    private final RepSocket rep = RepSocket.create(options -> options.linger(TIMEOUT));

    private RawPeer serve(Function<Message, Publisher<Message>> handler, int concurrency) {
        sockets.add(rep);
        sockets.add(rep.serve(handler, concurrency).subscribe());
        return peer("REQ");
    }

    private RawPeer serve(Function<Message, Publisher<Message>> handler) {
        return serve(handler, RepSocket.DEFAULT_CONCURRENCY);
    }

    private RawPeer peer(String type) {
        String at = rep.endpoints().isEmpty()
                ? rep.bindNow("tcp://127.0.0.1:*").toString()
                : rep.endpoints().get(0).toString();
        RawPeer peer = RawPeer.connect(at);
        sockets.add(peer::close);
        peer.handshakeNull(type);
        return peer;
    }

    private static Mono<Message> echo(Message request) {
        return Mono.just(request);
    }

    @Test
    void givesTheEnvelopeBackOctetForOctet() {
        RawPeer peer = serve(RepTests::echo);
        peer.write("01 00 00 02 'hi'").expect("01 00 00 02 'hi'");
        peer.write("01 04 00000001 01 00 00 02 'hi'").expect("01 04 00000001 01 00 00 02 'hi'");
        peer.write("01 05 0000000001 01 01 'x' 01 00 01 01 'a' 00 00")
                .expect("01 05 0000000001 01 01 'x' 01 00 01 01 'a' 00 00");
    }

    @Test
    void dropsAndCountsRequestsWithoutEnvelope() {
        RawPeer peer = serve(RepTests::echo);
        Mono<MonitorEvent.Dropped> dropped = sockets.next(rep, MonitorEvent.Dropped.class);

        peer.writeMessage("no", "delimiter").writeMessage("").writeMessage("a", "");
        peer.writeMessage("", "good");

        peer.expect("01 00 00 04 'good'");
        StepVerifier.create(dropped)
                .assertNext(drop -> {
                    assertThat(drop.reason()).isEqualTo(DropReason.MALFORMED);
                    assertThat(drop.message()).isEqualTo(Message.of("no", "delimiter"));
                })
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void dropsAnEnvelopeOfAThousandParts() {
        RawPeer peer = serve(RepTests::echo);
        String[] parts = new String[1002];
        Arrays.fill(parts, "x");
        parts[1000] = "";
        peer.writeMessage(parts).writeMessage("", "good").expect("01 00 00 04 'good'");
    }

    @Test
    void repliesInTheOrderOfRequestsThatNothingElseTellsApart() {
        Map<String, Sinks.One<Message>> replies = new ConcurrentHashMap<>();
        Sinks.Many<String> came = Sinks.many().replay().all();
        RawPeer peer = serve(request -> {
            Sinks.One<Message> reply = Sinks.one();
            replies.put(request.text(), reply);
            came.tryEmitNext(request.text());
            return reply.asMono();
        });
        peer.writeMessage("", "first").writeMessage("", "second");
        peer.writeMessage("1", "", "third");
        came.asFlux().take(3).blockLast(TIMEOUT);

        replies.get("third").tryEmitValue(Message.of("3"));
        peer.expect("01 01 '1' 01 00 00 01 '3'");
        replies.get("second").tryEmitValue(Message.of("2"));
        replies.get("first").tryEmitValue(Message.of("1"));
        peer.expect("01 00 00 01 '1' 01 00 00 01 '2'");
    }

    @Test
    void asksForNoMoreRequestsThanItMayAnswerAtATime() {
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        RawPeer peer = serve(
                request -> {
                    most.accumulateAndGet(open.incrementAndGet(), Math::max);
                    return Mono.delay(Duration.ofMillis(1))
                            .doOnNext(tick -> open.decrementAndGet())
                            .thenReturn(request);
                },
                3);
        for (int i = 0; i < 50; i++) {
            peer.writeMessage("" + i, "", "body");
        }
        for (int i = 0; i < 150; i++) {
            peer.readFrame();
        }
        assertThat(most).hasValueBetween(1, 3);
    }

    @Test
    void goesOnWhenAHandlerFailsAndLeavesThatRequestUnanswered() {
        RawPeer peer = serve(request -> switch (request.text()) {
            case "throw" -> throw new IllegalStateException("on purpose");
            case "fail" -> Mono.delay(Duration.ZERO).then(Mono.error(new IllegalStateException("on purpose")));
            case "nothing" -> Mono.empty();
            default -> echo(request);
        });
        Flux<MonitorEvent.Dropped> dropped = rep.monitor()
                .ofType(MonitorEvent.Dropped.class)
                .take(1)
                .replay()
                .autoConnect(0);

        peer.writeMessage("", "throw").writeMessage("", "fail").writeMessage("", "nothing");
        peer.writeMessage("", "good");

        peer.expect("01 00 00 04 'good'");
        StepVerifier.create(dropped)
                .assertNext(drop -> assertThat(drop.reason()).isEqualTo(DropReason.UNANSWERED))
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void dropsAndCountsTheReplyToAPeerThatHasGone() {
        Sinks.Empty<Void> came = Sinks.empty();
        Sinks.One<Message> reply = Sinks.one();
        RawPeer peer = serve(request -> {
            came.tryEmitEmpty();
            return reply.asMono();
        });
        Mono<MonitorEvent.Dropped> dropped = sockets.next(rep, MonitorEvent.Dropped.class);
        Mono<MonitorEvent.Disconnected> left = sockets.next(rep, MonitorEvent.Disconnected.class);
        peer.writeMessage("", "question");
        came.asMono().block(TIMEOUT);
        peer.close();
        left.block(TIMEOUT);

        reply.tryEmitValue(Message.of("answer"));

        StepVerifier.create(dropped)
                .assertNext(drop -> {
                    assertThat(drop.reason()).isEqualTo(DropReason.PEER_GONE);
                    assertThat(drop.message()).isEqualTo(Message.of("answer"));
                })
                .expectComplete()
                .verify(TIMEOUT);
    }

    @Test
    void servesOthersWhileAPeerDoesNotReadItsReplies() {
        RawPeer stuck = serve(request -> Mono.just(Message.of(new byte[100_000])));
        byte[] flood = new byte[5 * 2000];
        for (int i = 0; i < flood.length; i += 5) {
            System.arraycopy(new byte[] {1, 0, 0, 1, 'x'}, 0, flood, i, 5);
        }
        stuck.write(flood);
        RawPeer well = peer("DEALER");

        well.writeMessage("", "x");

        assertThat(well.readFrame().toString()).isEqualTo("01: ");
        assertThat(well.readFrame().body()).hasSize(100_000);
    }

    @Test
    void closeSendsTheRepliesThatAreBeingMade() {
        Sinks.Empty<Void> came = Sinks.empty();
        Sinks.One<Message> reply = Sinks.one();
        RawPeer peer = serve(request -> {
            came.tryEmitEmpty();
            return reply.asMono();
        });
        peer.writeMessage("", "last");
        came.asMono().block(TIMEOUT);

        sockets.add(rep.close().subscribe());
        reply.tryEmitValue(Message.of("bye"));

        peer.expect("01 00 00 03 'bye'");
        assertThat(peer.awaitClosed(TIMEOUT)).isTrue();
    }

    @Test
    void nextServerContinuesAndOwesNothingOfTheLast() {
        sockets.add(rep);
        Sinks.Empty<Void> came = Sinks.empty();
        Disposable first = rep.serve(request -> {
                    came.tryEmitEmpty();
                    return Mono.never();
                })
                .subscribe();
        RawPeer peer = peer("DEALER");
        peer.writeMessage("", "lost");
        came.asMono().block(TIMEOUT);

        first.dispose();
        sockets.add(rep.serve(RepTests::echo).subscribe());

        peer.writeMessage("", "good").expect("01 00 00 04 'good'");
    }

    @Test
    void aServerThatEndsWithinItsHandlerOwesNothing() {
        sockets.add(rep);
        Sinks.Empty<Void> ended = Sinks.empty();
        Disposable.Swap first = Disposables.swap();
        first.update(rep.serve(request -> {
                    first.dispose();
                    ended.tryEmitEmpty();
                    return Mono.never();
                })
                .subscribe());
        RawPeer peer = peer("DEALER");
        peer.writeMessage("", "lost");
        ended.asMono().block(TIMEOUT);

        sockets.add(rep.serve(RepTests::echo).subscribe());

        peer.writeMessage("", "good").expect("01 00 00 04 'good'");
    }

    @Test
    void refusesASecondServer() {
        serve(RepTests::echo);
        StepVerifier.create(rep.serve(RepTests::echo))
                .expectError(IllegalStateException.class)
                .verify(TIMEOUT);
    }

    @Test
    void completesWhenTheSocketIsClosed() {
        StepVerifier.create(rep.serve(RepTests::echo))
                .then(rep::dispose)
                .expectComplete()
                .verify(TIMEOUT);
    }
}
