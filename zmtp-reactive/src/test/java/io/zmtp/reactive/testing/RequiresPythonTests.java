package io.zmtp.reactive.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class RequiresPythonTests {

    @Test
    void skipsWithAReasonAndFailsInCi() {
        assertThat(RequiresPython.Condition.decide(null, true).isDisabled()).isFalse();
        assertThat(RequiresPython.Condition.decide("no pyzmq", false).getReason())
                .hasValue("no pyzmq");
        assertThatIllegalStateException()
                .isThrownBy(() -> RequiresPython.Condition.decide("no pyzmq", true))
                .withMessageContaining("no pyzmq");
    }
}
