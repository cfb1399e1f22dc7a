package io.zmtp.reactive.mechanism;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.mechanism.Line.Outcome;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import java.lang.reflect.Constructor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

/** What an authenticator's answer does, with each mechanism: who is let in, and what the peer is told. */
class AdmissionTests {
    private static final KeyPair SERVER = KeyPair.generate();
    private static final String SECRET = "no connection to db.internal as root";

    private final List<Frame> told = new ArrayList<>();

    enum Kind {
        NULL(NullMechanism.create(), NullMechanism::create),
        PLAIN(PlainMechanism.client("user", "password"), PlainMechanism::server),
        CURVE(CurveMechanism.client(SERVER.publicKey()), asked -> CurveMechanism.server(SERVER, asked)),
        BLAKE3(Blake3Mechanism.client(SERVER.publicKey()), asked -> Blake3Mechanism.server(SERVER, asked));

        final Mechanism calling;
        final Function<Authenticator, Mechanism> serving;

        Kind(Mechanism calling, Function<Authenticator, Mechanism> serving) {
            this.calling = calling;
            this.serving = serving;
        }
    }

    private Outcome[] talk(Kind kind, Authenticator authenticator) {
        told.clear();
        Line[] ends = Line.between(kind.name());
        ends[1].onTheWay(frame -> {
            told.add(frame);
            return frame;
        });
        return Line.talk(ends, kind.calling, kind.serving.apply(authenticator));
    }

    /** The server's side fails with this code, and the last that the client hears is the answer, octet by octet. */
    private void assertRefused(Kind kind, Authenticator authenticator, int code, String reason, String... answer) {
        Outcome[] both = talk(kind, authenticator);
        assertThat(both[0].session()).isNull();
        assertThat(both[1].session()).isNull();
        assertThat(both[1].error())
                .isInstanceOfSatisfying(ZmtpHandshakeException.class, refused -> {
                    assertThat(refused.failure()).isEqualTo(Failure.CREDENTIALS);
                    assertThat(refused.code()).isEqualTo(code);
                })
                .hasMessageContaining(reason);
        assertThat(told.stream()
                        .filter(frame -> !frame.body().startsWith(Bytes.utf8("\7WELCOME")))
                        .map(frame -> frame.body().utf8()))
                .containsExactly(answer);
    }

    /** Its exception is for our log: the peer hears nothing of it. */
    @ParameterizedTest
    @EnumSource
    void tellsThePeerOfAnAuthenticatorThatFailedTheCodeAndNothingElse(Kind kind) {
        String answer = "\5ERROR\003" + "500";
        assertRefused(kind, who -> Mono.error(new IllegalStateException(SECRET)), 500, SECRET, answer);
        assertRefused(
                kind,
                who -> {
                    throw new IllegalStateException(SECRET);
                },
                500,
                SECRET,
                answer);
        assertRefused(kind, who -> Mono.empty(), 500, "no verdict", answer);
        assertRefused(kind, who -> null, 500, "the authenticator failed", answer);
    }

    @ParameterizedTest
    @EnumSource
    void tellsARefusedPeerTheCodeAndNotTheText(Kind kind) {
        assertRefused(kind, who -> Mono.just(Verdict.refuse(SECRET)), 400, SECRET, "\5ERROR\003" + "400");
    }

    @ParameterizedTest
    @EnumSource
    void tellsAPeerThatMayTryLaterNothing(Kind kind) {
        assertRefused(kind, who -> Mono.just(Verdict.tryLater(SECRET)), 300, SECRET);
    }

    /** Not READY, nor PLAIN's WELCOME: what the peer gets shows that it was let in. */
    @ParameterizedTest
    @EnumSource
    void saysNothingBeforeTheAnswer(Kind kind) {
        List<String> before = new ArrayList<>();
        Outcome[] both = talk(kind, who -> {
            told.forEach(frame -> before.add(Command.parse(frame).name()));
            return Mono.just(Verdict.accept("me"));
        });
        assertThat(before).isEqualTo(kind == Kind.CURVE || kind == Kind.BLAKE3 ? List.of("WELCOME") : List.of());
        assertThat(both[1].session().userId()).isEqualTo("me");
    }

    @ParameterizedTest
    @EnumSource
    void asksOnce(Kind kind) {
        List<Credentials> asked = new ArrayList<>();
        talk(kind, who -> {
            asked.add(who);
            return Mono.just(Verdict.accept());
        });
        assertThat(asked)
                .singleElement()
                .satisfies(who -> assertThat(who.mechanism()).isEqualTo(kind.name()));
    }

    @ParameterizedTest
    @EnumSource(names = {"NULL", "PLAIN"})
    void aListOfKeysLetsNobodyInWhoHasNone(Kind kind) {
        Authenticator list = Authenticator.publicKeys(Set.of(SERVER.publicKey()));
        assertRefused(kind, list, 400, "not on the list", "\5ERROR\003" + "400");
    }

    /** Not of a client whose vouch is none: the authenticator sees proven keys only. */
    @ParameterizedTest
    @EnumSource(names = {"CURVE", "BLAKE3"})
    void asksNotBeforeTheKeyIsProven(Kind kind) throws ReflectiveOperationException {
        List<Credentials> asked = new ArrayList<>();
        Line[] ends = Line.between(kind.name());
        Mechanism claiming = kind == Kind.CURVE
                ? CurveMechanism.client(SERVER.publicKey(), claimed())
                : Blake3Mechanism.client(SERVER.publicKey(), claimed());
        Outcome[] both = Line.talk(ends, claiming, kind.serving.apply(who -> {
            asked.add(who);
            return Mono.just(Verdict.accept());
        }));
        assertThat(both[1].error()).hasMessageContaining("expected an authentic INITIATE");
        assertThat(asked).isEmpty();
    }

    /** Somebody else's public key with a secret key of one's own. */
    private static KeyPair claimed() throws ReflectiveOperationException {
        Constructor<KeyPair> unchecked = KeyPair.class.getDeclaredConstructor(Bytes.class, Bytes.class);
        unchecked.setAccessible(true);
        return unchecked.newInstance(
                KeyPair.generate().publicKey(), KeyPair.generate().secretKey());
    }
}
