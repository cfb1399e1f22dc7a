package io.zmtp.reactive.mechanism;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.mechanism.Line.Outcome;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

class CurveMechanismTests {
    private final KeyPair server = KeyPair.generate();
    private final KeyPair client = KeyPair.generate();
    private final Line[] ends = Line.between("CURVE");

    private Outcome[] talk(Authenticator authenticator) {
        return Line.talk(
                ends, CurveMechanism.client(server.publicKey(), client), CurveMechanism.server(server, authenticator));
    }

    private static void assertFailed(Outcome outcome, Failure failure) {
        assertThat(outcome.session()).isNull();
        assertThat(outcome.error())
                .isInstanceOfSatisfying(
                        ZmtpHandshakeException.class,
                        thrown -> assertThat(thrown.failure()).isEqualTo(failure));
    }

    private static byte[] pass(FrameCipher from, FrameCipher to, byte[] body) {
        byte[] octets = new byte[from.prefix() + body.length + from.suffix()];
        System.arraycopy(body, 0, octets, from.prefix(), body.length);
        int sent = from.encrypt(Frame.MORE, octets, 0, octets.length);
        assertThat(to.decrypt(sent, octets, 0, octets.length)).isEqualTo(Frame.MORE);
        return java.util.Arrays.copyOfRange(octets, to.prefix(), octets.length - to.suffix());
    }

    @Test
    void agreesOnKeysAndTellsWhoIsThere() {
        AtomicReference<Credentials> seen = new AtomicReference<>();
        Outcome[] both = talk(credentials -> {
            seen.set(credentials);
            return Mono.just(new Verdict.Accept("me", Metadata.EMPTY.with("X-Role", Bytes.utf8("boss"))));
        });
        Session called = both[0].session();
        Session serving = both[1].session();
        assertThat(called.publicKey()).isEqualTo(server.publicKey());
        assertThat(called.peer()).isEqualTo(Line.metadata("ROUTER", ""));
        assertThat(serving.publicKey()).isEqualTo(client.publicKey());
        assertThat(serving.userId()).isEqualTo("me");
        assertThat(serving.peer().text("X-Role")).contains("boss");
        assertThat(serving.peer().text("Identity")).contains("client-1");
        assertThat(seen.get().publicKey()).isEqualTo(client.publicKey());
        assertThat(seen.get().routingId()).isEqualTo(Bytes.utf8("client-1"));
        assertThat(seen.get().mechanism()).isEqualTo("CURVE");
        assertThat(pass(called.cipher(), serving.cipher(), new byte[] {1})).containsExactly(1);
        assertThat(pass(serving.cipher(), called.cipher(), new byte[300])).hasSize(300);
    }

    @ParameterizedTest
    @CsvSource({"HELLO, 200", "WELCOME, 168", "INITIATE, 300", "READY, 65"})
    void sendsCommandsOfTheSizesThatTheRfcGives(String name, int size) {
        List<Frame> sent = new ArrayList<>();
        for (Line end : ends) {
            end.onTheWay(frame -> {
                sent.add(frame);
                return frame;
            });
        }
        talk(Authenticator.anyone());
        assertThat(sent)
                .filteredOn(frame -> Command.parse(frame).name().equals(name))
                .singleElement()
                .satisfies(frame -> assertThat(frame.body().size()).isEqualTo(size));
    }

    @Test
    void makesNewKeysAndNoncesForEachConnection() {
        Set<Bytes> seen = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            Line[] line = Line.between("CURVE");
            for (Line end : line) {
                end.onTheWay(frame -> {
                    seen.add(frame.body()
                            .slice(frame.body().size() - 40, frame.body().size()));
                    return frame;
                });
            }
            Line.talk(
                    line,
                    CurveMechanism.client(server.publicKey(), client),
                    CurveMechanism.server(server, Authenticator.anyone()));
        }
        assertThat(seen).hasSize(80);
    }

    @Test
    void isClosedWithoutAWordOnAClientThatCallsAnotherServer() {
        Outcome[] both = Line.talk(
                ends,
                CurveMechanism.client(KeyPair.generate().publicKey(), client),
                CurveMechanism.server(server, Authenticator.anyone()));
        assertThat(both[0].error()).hasMessage("cut");
        assertFailed(both[1], Failure.CRYPTO);
    }

    @Test
    void tellsARefusedClientTheCode() {
        Outcome[] both = talk(Authenticator.publicKeys(Set.of(KeyPair.generate().publicKey())));
        assertFailed(both[0], Failure.PEER_ERROR);
        assertFailed(both[1], Failure.CREDENTIALS);
        assertThat(both[1].error())
                .hasMessageContaining("400")
                .hasMessageContaining(client.publicKey().hex());
    }

    @Test
    void letsInWhoIsOnTheList() {
        Outcome[] both = talk(Authenticator.publicKeys(Set.of(client.publicKey(), server.publicKey())));
        assertThat(both[1].session()).isNotNull();
    }

    @Test
    void looksAtAListThatChanges() {
        AtomicReference<Set<Bytes>> list = new AtomicReference<>(Set.of());
        Authenticator authenticator = Authenticator.publicKeys(list::get);
        assertFailed(talk(authenticator)[1], Failure.CREDENTIALS);
        list.set(Set.of(client.publicKey()));
        assertThat(Line.talk(
                        Line.between("CURVE"),
                        CurveMechanism.client(server.publicKey(), client),
                        CurveMechanism.server(server, authenticator))[1]
                        .session())
                .isNotNull();
    }

    @Test
    void asksForKeysAtEachHandshake() {
        AtomicInteger asked = new AtomicInteger();
        Mono<KeyPair> supplier = Mono.fromCallable(() -> {
                    asked.incrementAndGet();
                    return server;
                })
                .subscribeOn(Schedulers.boundedElastic());
        Mechanism serving = CurveMechanism.server(supplier, Authenticator.anyone());
        Mechanism calling = CurveMechanism.client(Mono.fromCallable(server::publicKey), Mono.just(client));
        for (int i = 1; i <= 3; i++) {
            assertThat(Line.talk(Line.between("CURVE"), calling, serving)[0].session())
                    .isNotNull();
            assertThat(asked).hasValue(i);
        }
    }

    @Test
    void failsWithoutKeys() {
        Outcome[] both = Line.talk(
                ends,
                CurveMechanism.client(server.publicKey()),
                CurveMechanism.server(Mono.empty(), Authenticator.anyone()));
        assertFailed(both[1], Failure.CRYPTO);
        assertThat(both[1].error()).hasMessageContaining("supplier");
    }

    @Test
    void failsAtOnceWhenTwoServersFaceEachOther() {
        Mechanism serving = CurveMechanism.server(server, Authenticator.anyone());
        assertFailed(Line.talk(ends, serving, serving)[0], Failure.MECHANISM);
    }

    @Test
    void computesAndAsksOnTheSchedulerOfTheConnection() {
        Scheduler own = Schedulers.newSingle("agreements");
        AtomicReference<String> thread = new AtomicReference<>();
        AtomicReference<String> asking = new AtomicReference<>();
        ends[1].scheduler = own;
        ends[1].onTheWay(frame -> {
            thread.compareAndSet(null, Thread.currentThread().getName());
            return frame;
        });
        talk(credentials -> {
            asking.set(Thread.currentThread().getName());
            return Mono.just(Verdict.accept());
        });
        own.dispose();
        assertThat(thread.get()).startsWith("agreements");
        assertThat(asking.get()).as("the authenticator is called on").startsWith("agreements");
    }
}
