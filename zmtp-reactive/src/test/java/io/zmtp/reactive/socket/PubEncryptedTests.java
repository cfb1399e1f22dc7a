package io.zmtp.reactive.socket;

import static io.zmtp.reactive.socket.Sockets.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One publisher whose subscribers come by CURVE, in the clear and from within the process; some of them are slow. */
class PubEncryptedTests {

    private static final KeyPair SERVER = KeyPair.generate();
    private static final Message END = Message.of("end");
    private static final int MANY = 2000;

    @RegisterExtension
    final Sockets sockets = new Sockets();

    private final String name = "inproc://" + UUID.randomUUID();

    /** Binds with CURVE; what it connects to speaks NULL. */
    private PubSocket pub(UnaryOperator<SocketOptions> more) {
        return sockets.open(
                PubSocket::create,
                options -> more.apply(options.sendHwm(50)
                        .server(server -> server.mechanism(CurveMechanism.server(SERVER, Authenticator.anyone())))));
    }

    private SubSocket sub(UnaryOperator<SocketOptions> options) {
        return sockets.open(SubSocket::create, all -> options.apply(all.recvHwm(10)));
    }

    /** Four by CURVE, three in the clear, one from within. */
    private List<SubSocket> subscribers(PubSocket pub) {
        Endpoint encrypted = pub.bindNow("tcp://127.0.0.1:*");
        pub.bindNow(name);
        List<SubSocket> subs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            SubSocket sub = sub(options -> options.mechanism(CurveMechanism.client(SERVER.publicKey())));
            sub.connectNow(encrypted);
            subs.add(sub);
        }
        for (int i = 0; i < 3; i++) {
            SubSocket sub = sub(options -> options);
            pub.connectNow(sub.bindNow("tcp://127.0.0.1:*"));
            subs.add(sub);
        }
        SubSocket within = sub(options -> options);
        within.connectNow(name);
        subs.add(within);
        subs.forEach(sub -> sub.subscribe(""));
        pub.awaitSubscribers("", subs.size()).block(TIMEOUT);
        return subs;
    }

    private static List<Message> messages() {
        Random random = new Random(7);
        return IntStream.range(0, MANY)
                .mapToObj(i -> {
                    byte[] body = new byte[i % 50 == 9 ? 20_000 : random.nextInt(1000)];
                    random.nextBytes(body);
                    return Message.of(Bytes.utf8("" + i), Bytes.wrap(body));
                })
                .toList();
    }

    /** Every other one takes its time. */
    private static CompletableFuture<List<Message>> receiving(SubSocket sub, boolean slowly) {
        Flux<Message> all = sub.receive();
        Flux<Message> paced =
                slowly ? all.concatMap(message -> Mono.just(message).delayElement(Duration.ofNanos(100_000)), 1) : all;
        return paced.takeWhile(message -> !message.equals(END)).collectList().toFuture();
    }

    @Test
    void allGetEverythingWhereThePublisherWaits() {
        PubSocket pub = pub(SocketOptions::noDrop);
        List<SubSocket> subs = subscribers(pub);
        List<CompletableFuture<List<Message>>> received = IntStream.range(0, subs.size())
                .mapToObj(i -> receiving(subs.get(i), i % 2 == 1))
                .toList();
        List<Message> messages = messages();

        pub.send(Flux.fromIterable(messages).concatWithValues(END)).block(TIMEOUT);

        for (CompletableFuture<List<Message>> each : received) {
            assertThat(each).succeedsWithin(TIMEOUT);
            assertThat(each.join().equals(messages)).isTrue();
        }
    }

    @Test
    void theSlowMissSomeAndGetTheOthersWhole() {
        PubSocket pub = pub(options -> options);
        List<SubSocket> subs = subscribers(pub);
        List<CompletableFuture<List<Message>>> received = IntStream.range(0, subs.size())
                .mapToObj(i -> receiving(subs.get(i), i % 2 == 1))
                .toList();
        List<Message> messages = messages();

        pub.send(Flux.fromIterable(messages)).block(TIMEOUT);
        Flux.interval(Duration.ofMillis(20))
                .flatMap(tick -> pub.send(END))
                .takeUntilOther(allOf(received))
                .blockLast();

        for (CompletableFuture<List<Message>> each : received) {
            List<Message> came = each.join();
            int last = -1;
            for (Message message : came) {
                int number = Integer.parseInt(message.first().utf8());
                assertThat(number).isGreaterThan(last);
                assertThat(message.equals(messages.get(number)))
                        .as("message %d", number)
                        .isTrue();
                last = number;
            }
        }
        assertThat(pub.drops()).isNotEmpty();
    }

    private static Mono<Void> allOf(List<CompletableFuture<List<Message>>> received) {
        return Mono.fromFuture(CompletableFuture.allOf(received.toArray(CompletableFuture[]::new)))
                .timeout(TIMEOUT);
    }
}
