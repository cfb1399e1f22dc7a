package io.zmtp.reactive.mechanism;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.mechanism.Line.Outcome;
import io.zmtp.reactive.testing.AgreementsOffLoops;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** How much arithmetic a peer can have a server do. */
class AgreementsTests {
    private static final KeyPair SERVER = KeyPair.generate();

    private final Scheduler serving = Schedulers.newParallel("agreements-of-the-server", 1);

    enum Kind {
        CURVE(CurveMechanism.client(SERVER.publicKey()), CurveMechanism.server(SERVER, Authenticator.anyone())),
        BLAKE3(Blake3Mechanism.client(SERVER.publicKey()), Blake3Mechanism.server(SERVER, Authenticator.anyone()));

        final Mechanism calling;
        final Mechanism serving;

        Kind(Mechanism calling, Mechanism serving) {
            this.calling = calling;
            this.serving = serving;
        }
    }

    @AfterEach
    void close() {
        serving.dispose();
    }

    private Outcome serve(Kind kind, UnaryOperator<Frame> onTheWay) {
        AgreementsOffLoops.forget();
        Line[] ends = Line.between(kind.name());
        ends[0].onTheWay(onTheWay);
        ends[1].scheduler = serving;
        return Line.talk(ends, kind.calling, kind.serving)[1];
    }

    private void assertMade(int agreements, int publicKeys) {
        assertThat(AgreementsOffLoops.agreementsOn("agreements-of-the-server")).isEqualTo(agreements);
        assertThat(AgreementsOffLoops.publicKeysOn("agreements-of-the-server")).isEqualTo(publicKeys);
    }

    @ParameterizedTest
    @EnumSource
    void aHandshakeTakesThreeAndOneKey(Kind kind) {
        assertThat(serve(kind, frame -> frame).session()).isNotNull();
        assertMade(3, 1);
    }

    /** Whoever knows the server's key not, or changes HELLO on its way. */
    @ParameterizedTest
    @EnumSource
    void aHelloThatCannotBeOpenedTakesOneAndNoKey(Kind kind) {
        assertThat(serve(kind, frame -> {
                            byte[] body = frame.body().toByteArray();
                            body[body.length - 1] ^= 1;
                            return Frame.command(Bytes.wrap(body));
                        })
                        .error())
                .hasMessageContaining("expected an authentic HELLO");
        assertMade(1, 0);
    }

    @ParameterizedTest
    @EnumSource
    void aHelloOfAnotherSizeTakesNone(Kind kind) {
        assertThat(serve(kind, frame -> Command.of(Command.HELLO, Bytes.EMPTY).frame())
                        .session())
                .isNull();
        assertMade(0, 0);
    }

    /** A cookie of somebody else is found out before keys are agreed upon. */
    @ParameterizedTest
    @EnumSource
    void anInitiateWithAnotherCookieTakesNoMore(Kind kind) {
        assertThat(serve(kind, frame -> {
                            byte[] body = frame.body().toByteArray();
                            boolean initiate = Command.parse(frame).name().equals(Command.INITIATE);
                            body[initiate ? 40 : 1] ^= (byte) (initiate ? 1 : 0);
                            return Frame.command(Bytes.wrap(body));
                        })
                        .error())
                .hasMessageContaining("expected an authentic INITIATE");
        assertMade(1, 1);
    }
}
