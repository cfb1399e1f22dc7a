package io.zmtp.reactive.delivery;

import static io.zmtp.reactive.delivery.Scripts.TIMEOUT;
import static io.zmtp.reactive.delivery.Scripts.answer;
import static io.zmtp.reactive.delivery.Scripts.awaitUntil;
import static io.zmtp.reactive.delivery.Scripts.frame;
import static io.zmtp.reactive.delivery.Scripts.leave;
import static io.zmtp.reactive.delivery.Scripts.nack;
import static io.zmtp.reactive.delivery.Scripts.ready;
import static io.zmtp.reactive.delivery.Scripts.received;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.test.ScriptedPeer;
import io.zmtp.reactive.wire.Acknowledgement.Kind;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** What a receiver remembers of messages and of work, and what it does with work that does not end. */
class TakingOverTests {

    @RegisterExtension
    final Scripts scripts = new Scripts();

    private PullSocket pull(DeliveryOptions delivery, int recvHwm) {
        return scripts.add(PullSocket.create(options ->
                options.delivery(delivery).routingId(Bytes.utf8("pull")).recvHwm(recvHwm)));
    }

    private ScriptedPeer connect(PullSocket pull, Endpoint endpoint) {
        return scripts.connect(
                endpoint, ready(SocketType.PUSH, pull.delivery().level().number(), "push"));
    }

    @ParameterizedTest
    @EnumSource(names = {"ONCE", "DONE"})
    void whatIsRememberedIsNotTheMessage(DeliveryLevel level) {
        PullSocket pull = pull(DeliveryOptions.of(level), 1000);
        ScriptedPeer peer = connect(pull, pull.bindNow("tcp://127.0.0.1:*"));
        List<WeakReference<Message>> came = new CopyOnWriteArrayList<>();
        scripts.add(received(pull, level).subscribe(message -> came.add(new WeakReference<>(message))));
        for (String text : List.of("a", "b", "c")) {
            peer.send(Message.of(text)).then(peer.expect(answer(level, text))).block(TIMEOUT);
        }

        awaitUntil(() -> {
            System.gc();
            assertThat(came.get(0).get()).isNull();
        });
    }

    @Test
    void workInProgressIsNotForgottenHoweverSmallTheQueueIs() {
        PullSocket pull = pull(DeliveryOptions.done(), 1);
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        List<Work> works = new CopyOnWriteArrayList<>();
        scripts.add(pull.work().subscribe(works::add));
        List<String> texts = List.of("a", "b", "c");
        ScriptedPeer first = connect(pull, endpoint);
        texts.forEach(text -> first.send(Message.of(text)).block(TIMEOUT));
        awaitUntil(() -> assertThat(works).hasSize(3));
        leave(first, pull);
        ScriptedPeer second = connect(pull, endpoint);
        texts.forEach(text -> second.send(Message.of(text)).block(TIMEOUT));
        second.send(Message.of("d")).block(TIMEOUT);
        awaitUntil(
                () -> assertThat(works.get(works.size() - 1).message().text()).isEqualTo("d"));
        works.forEach(Work::done);
        for (String text : List.of("a", "b", "c", "d")) {
            second.expect(frame(Kind.COMP, text)).block(TIMEOUT);
        }

        assertThat(works).extracting(work -> work.message().text()).containsExactly("a", "b", "c", "d");
    }

    /** A sender may have more under way than the receiver has room for in its queue. */
    @ParameterizedTest
    @EnumSource(names = {"ONCE", "DONE"})
    void asManyAreRememberedAsASenderHasUnderWayByDefault(DeliveryLevel level) {
        PullSocket pull = pull(DeliveryOptions.of(level), 1);
        ScriptedPeer peer = connect(pull, pull.bindNow("tcp://127.0.0.1:*"));
        List<String> came = new CopyOnWriteArrayList<>();
        scripts.add(received(pull, level).map(Message::text).subscribe(came::add));
        for (String text : List.of("a", "b", "c", "a", "b")) {
            peer.send(Message.of(text)).then(peer.expect(answer(level, text))).block(TIMEOUT);
        }

        assertThat(came).containsExactly("a", "b", "c");
    }

    /** Whoever has the name of a peer that leaves gets it when that one has left in full. */
    @ParameterizedTest
    @EnumSource(names = {"ONCE", "DONE"})
    void whatAPeerHasLeftComesBeforeWhatItBringsWhenItIsBack(DeliveryLevel level) {
        LoopResources loops = scripts.add(LoopResources.create("many", 8, true));
        PullSocket pull = scripts.add(PullSocket.create(options -> options.delivery(DeliveryOptions.of(level))
                .routingId(Bytes.utf8("pull"))
                .runOn(loops)));
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        Endpoint other = pull.bindNow("tcp://127.0.0.1:*");
        ScriptedPeer first = connect(pull, endpoint);
        first.send(Message.of("a")).then(first.send(Message.of("b"))).block(TIMEOUT);
        awaitUntil(() -> assertThat(pull.peers())
                .singleElement()
                .satisfies(one -> assertThat(one.unread()).isEqualTo(2)));
        AtomicBoolean isBack = new AtomicBoolean();
        scripts.add(pull.peers().get(0).onClose().subscribe(closed -> {
            // On the event loop of the peer that leaves; it comes back by another one.
            scripts.add(ScriptedPeer.connect(other)
                    .flatMap(peer -> peer.handshake(ready(SocketType.PUSH, level.number(), "push"))
                            .then(peer.send(Message.of("c"))))
                    .subscribe());
            long end = System.nanoTime() + TIMEOUT.toNanos();
            while (pull.peers().stream().noneMatch(peer -> peer.unread() == 1) && System.nanoTime() < end) {
                // no pause: nothing on an event loop may block
            }
            isBack.set(true);
        }));
        first.dispose();
        awaitUntil(() -> assertThat(isBack).isTrue());
        List<String> came = new CopyOnWriteArrayList<>();
        scripts.add(received(pull, level).map(Message::text).subscribe(came::add));

        awaitUntil(() -> assertThat(came).containsExactly("a", "b", "c"));
    }

    private List<String> worked(PullSocket pull, Function<Message, ? extends Publisher<?>> handler) {
        List<String> begun = new CopyOnWriteArrayList<>();
        scripts.add(pull.process(
                        message -> {
                            begun.add(message.text());
                            return handler.apply(message);
                        },
                        1)
                .subscribe());
        return begun;
    }

    @Test
    void aHandlerThatNeverEndsMakesRoomWhenItsTimeIsOver() {
        PullSocket pull = pull(DeliveryOptions.done().processingTimeout(Duration.ofMillis(20)), 1000);
        ScriptedPeer peer = connect(pull, pull.bindNow("tcp://127.0.0.1:*"));
        AtomicInteger cancelled = new AtomicInteger();
        List<String> begun = worked(pull, message -> Mono.never().doOnCancel(cancelled::incrementAndGet));
        for (String text : List.of("a", "b")) {
            peer.send(Message.of(text))
                    .then(peer.expect(nack(text, ZmtpNackException.TIMEOUT, "it was not done within PT0.02S")))
                    .block(TIMEOUT);
        }

        assertThat(begun).containsExactly("a", "b");
        awaitUntil(() -> assertThat(cancelled).hasValue(2));
    }

    @Test
    void aHandlerOfWhichAClassIsMissingHasFailed() {
        PullSocket pull = pull(DeliveryOptions.done(), 1000);
        ScriptedPeer peer = connect(pull, pull.bindNow("tcp://127.0.0.1:*"));
        List<String> begun = worked(pull, message -> {
            throw new NoClassDefFoundError("org/example/Missing");
        });
        for (String text : List.of("a", "b")) {
            peer.send(Message.of(text))
                    .then(peer.expect(nack(text, ZmtpNackException.INTERNAL, "org/example/Missing")))
                    .block(TIMEOUT);
        }

        assertThat(begun).containsExactly("a", "b");
    }
}
