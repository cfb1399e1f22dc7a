package io.zmtp.reactive.mechanism;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.mechanism.Line.Outcome;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import java.lang.reflect.Field;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What could open recorded traffic later is overwritten as soon as it is no longer needed. */
class ForgettingTests {
    private static final List<String> SECRETS = List.of("transientSecret", "key", "agreed");
    private static final KeyPair SERVER = KeyPair.generate();
    private static final KeyPair CLIENT = KeyPair.generate();

    /** One handshake with its state, which a mechanism keeps to itself. */
    enum Kind {
        CURVE,
        BLAKE3;

        Object client(Line line) {
            return this == CURVE
                    ? new CurveClient(line, SERVER.publicKey(), CLIENT)
                    : new Blake3Client(line, SERVER.publicKey(), CLIENT);
        }

        Object server(Line line, Authenticator authenticator) {
            return this == CURVE
                    ? new CurveServer(line, SERVER, authenticator, new CookieKeys())
                    : new Blake3Server(line, SERVER, authenticator, new CookieKeys());
        }
    }

    private static Mono<Session> run(Object side) {
        if (side instanceof CurveClient client) {
            return client.run();
        } else if (side instanceof CurveServer server) {
            return server.run();
        } else if (side instanceof Blake3Client client) {
            return client.run();
        }
        return ((Blake3Server) side).run();
    }

    private static Mechanism mechanism(Object side) {
        return new Mechanism() {
            @Override
            public String name() {
                return "CURVE";
            }

            @Override
            public boolean asServer() {
                return false;
            }

            @Override
            public Mono<Session> handshake(Exchange exchange) {
                return run(side);
            }
        };
    }

    /** How many secrets it had, all of them zeros by now. */
    private static int forgotten(Object side) throws IllegalAccessException {
        int count = 0;
        for (Field field : side.getClass().getDeclaredFields()) {
            if (SECRETS.contains(field.getName())) {
                field.setAccessible(true);
                byte[] secret = (byte[]) field.get(side);
                assertThat(secret).as(field.getName()).isEqualTo(new byte[secret.length]);
                count += secret.length == 32 ? 1 : 0;
            }
        }
        return count;
    }

    @ParameterizedTest
    @EnumSource
    void keepsNoKeysOfAHandshakeThatSucceeded(Kind kind) throws IllegalAccessException {
        Line[] ends = Line.between("CURVE");
        Object client = kind.client(ends[0]);
        Object server = kind.server(ends[1], Authenticator.anyone());
        Outcome[] both = Line.talk(ends, mechanism(client), mechanism(server));
        assertThat(both).allSatisfy(outcome -> assertThat(outcome.session()).isNotNull());
        assertThat(forgotten(client)).isEqualTo(2);
        assertThat(forgotten(server)).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void keepsNoKeysOfAHandshakeThatWasRefused(Kind kind) throws IllegalAccessException {
        Line[] ends = Line.between("CURVE");
        Object client = kind.client(ends[0]);
        Object server = kind.server(ends[1], credentials -> Mono.just(Verdict.refuse("no")));
        Outcome[] both = Line.talk(ends, mechanism(client), mechanism(server));
        assertThat(both).allSatisfy(outcome -> assertThat(outcome.error()).isNotNull());
        assertThat(forgotten(client)).isEqualTo(2);
        assertThat(forgotten(server)).isEqualTo(1);
    }

    /** As when the time limit is over. */
    @ParameterizedTest
    @EnumSource
    void keepsNoKeysOfAHandshakeThatWasGivenUp(Kind kind) throws IllegalAccessException {
        Line line = Line.between("CURVE")[0];
        line.scheduler = Schedulers.immediate();
        Object client = kind.client(line);
        run(client).subscribe().dispose();
        assertThat(forgotten(client)).isEqualTo(2);
    }

    /** As when the time limit is over while the authenticator thinks. */
    @ParameterizedTest
    @EnumSource
    void keepsNoKeysOfAHandshakeThatTheServerGaveUp(Kind kind) throws IllegalAccessException {
        Line[] ends = Line.between("CURVE");
        ends[0].scheduler = Schedulers.immediate();
        ends[1].scheduler = Schedulers.immediate();
        Object server = kind.server(ends[1], credentials -> Mono.never());
        Disposable serving = run(server).subscribe();
        Disposable calling = run(kind.client(ends[0])).subscribe();
        assertThatThrownBy(() -> forgotten(server)).isInstanceOf(AssertionError.class);
        serving.dispose();
        assertThat(forgotten(server)).isOne();
        calling.dispose();
    }

    /** What a step goes on to agree upon after the end is forgotten too; the steps are the client's and the server's in turn. */
    @ParameterizedTest
    @CsvSource({"CURVE, 0", "CURVE, 1", "CURVE, 2", "CURVE, 3", "BLAKE3, 0", "BLAKE3, 1", "BLAKE3, 2", "BLAKE3, 3"})
    void keepsNoKeysOfAStepThatGoesOnAfterTheEnd(Kind kind, int before) throws IllegalAccessException {
        Line[] ends = Line.between("CURVE");
        Deque<Runnable> work = new ArrayDeque<>();
        ends[0].scheduler = new GoingOn(work);
        ends[1].scheduler = ends[0].scheduler;
        Object server = kind.server(ends[1], Authenticator.anyone());
        Object client = kind.client(ends[0]);
        Disposable serving = run(server).subscribe();
        Disposable calling = run(client).subscribe();
        for (int step = 0; step < before; step++) {
            work.remove().run();
        }
        calling.dispose();
        serving.dispose();
        work.remove().run();
        assertThat(work).isEmpty();
        assertThat(forgotten(client)).isEqualTo(2);
        assertThat(forgotten(server)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"CURVE, HELLO", "CURVE, INITIATE", "BLAKE3, HELLO", "BLAKE3, INITIATE"})
    void keepsNoKeysOfAHandshakeThatCouldNotBeOpened(Kind kind, String name) throws IllegalAccessException {
        Line[] ends = Line.between("CURVE");
        ends[0].onTheWay(frame -> {
            byte[] body = frame.body().toByteArray();
            body[body.length - 1] ^= 1;
            return Command.parse(frame).name().equals(name) ? new Frame((byte) frame.flags(), Bytes.wrap(body)) : frame;
        });
        Object client = kind.client(ends[0]);
        Object server = kind.server(ends[1], Authenticator.anyone());
        Outcome[] both = Line.talk(ends, mechanism(client), mechanism(server));
        assertThat(both).allSatisfy(outcome -> assertThat(outcome.session()).isNull());
        assertThat(forgotten(client)).isEqualTo(2);
        assertThat(forgotten(server)).isEqualTo(name.equals("HELLO") ? 0 : 1);
    }

    @ParameterizedTest
    @EnumSource
    void opensNothingMoreOnceClosed(Kind kind) {
        FrameCipher[] ciphers = ciphers(kind);
        byte[] message = sealed(ciphers[0]);
        ciphers[1].close();
        assertUnreadable(ciphers[1], message);
    }

    @ParameterizedTest
    @EnumSource
    void makesNothingMoreThatCouldBeOpenedOnceClosed(Kind kind) {
        FrameCipher[] ciphers = ciphers(kind);
        ciphers[0].close();
        assertUnreadable(ciphers[1], sealed(ciphers[0]));
    }

    private static FrameCipher[] ciphers(Kind kind) {
        Line[] ends = Line.between("CURVE");
        Outcome[] both = Line.talk(
                ends, mechanism(kind.client(ends[0])), mechanism(kind.server(ends[1], Authenticator.anyone())));
        return new FrameCipher[] {both[0].session().cipher(), both[1].session().cipher()};
    }

    private static byte[] sealed(FrameCipher cipher) {
        byte[] octets = new byte[cipher.prefix() + 100 + cipher.suffix()];
        cipher.encrypt(0, octets, 0, octets.length);
        return octets;
    }

    private static void assertUnreadable(FrameCipher cipher, byte[] octets) {
        assertThatThrownBy(() -> cipher.decrypt(0, octets, 0, octets.length)).isInstanceOf(ZmtpProtocolException.class);
    }
}
