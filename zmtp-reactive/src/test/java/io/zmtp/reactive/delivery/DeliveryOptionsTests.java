package io.zmtp.reactive.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DeliveryOptionsTests {

    static Stream<Arguments> bad() {
        return Stream.of(
                bad("maxUnderWay", options -> options.maxUnderWay(0)),
                bad("maxUnderWayBytes", options -> options.maxUnderWayBytes(0)),
                bad("retries", options -> options.retries(-1)),
                bad("retryBackoff", options -> options.retryBackoff(Duration.ofMillis(-1))),
                bad("processingTimeout", options -> options.processingTimeout(Duration.ofMillis(-1))),
                bad("deadLetterAfter", options -> options.deadLetterAfter(Duration.ZERO)),
                bad("memory", options -> options.memory(Duration.ZERO)));
    }

    private static Arguments bad(String name, UnaryOperator<DeliveryOptions> change) {
        return Arguments.of(name, change);
    }

    @ParameterizedTest
    @MethodSource("bad")
    void aBadValueIsRefusedByTheNameOfItsOption(String name, UnaryOperator<DeliveryOptions> change) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> change.apply(DeliveryOptions.done()))
                .withMessageStartingWith(name + ": expected ");
    }

    @Test
    void aChangeLeavesTheOptionsBeforeAsTheyAre() {
        DeliveryOptions before = DeliveryOptions.takenOver();
        DeliveryOptions after = before.maxUnderWay(5).unequalPeers(UnequalPeers.SERVE);

        assertThat(before.maxUnderWay()).isZero();
        assertThat(before.unequalPeers()).isEqualTo(UnequalPeers.REFUSE);
        assertThat(after.maxUnderWay()).isEqualTo(5);
        assertThat(after.unequalPeers()).isEqualTo(UnequalPeers.SERVE);
        assertThat(after.level()).isEqualTo(DeliveryLevel.TAKEN_OVER);
    }

    @Test
    void withoutALevelThereIsNothingToSet() {
        assertThatIllegalStateException()
                .isThrownBy(() -> DeliveryOptions.none().retries(1))
                .withMessageContaining("level");
    }

    @Test
    void aSocketOfATypeThatSendsToAllIsNotMadeWithIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PubSocket.create(options -> options.delivery(DeliveryOptions.takenOver())))
                .withMessageContaining("PUB socket: expected options that its type has, but delivery is set");
    }

    @Test
    void aRuleThatDropsIsRefusedWithIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PushSocket.create(
                        options -> options.delivery(DeliveryOptions.takenOver()).onFull(Overflow.DROP_OLDEST)))
                .withMessageContaining("onFull(WAIT)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PullSocket.create(
                        options -> options.delivery(DeliveryOptions.takenOver()).conflate()))
                .withMessageContaining("onFull(WAIT)");
    }
}
