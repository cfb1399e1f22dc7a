package io.zmtp.reactive.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class RequiresNginxTests {

    @Test
    void skipsWithAReasonAndFailsInCi() {
        assertThat(RequiresNginx.Condition.decide(true, true).isDisabled()).isFalse();
        assertThat(RequiresNginx.Condition.decide(false, false).isDisabled()).isTrue();
        assertThatIllegalStateException()
                .isThrownBy(() -> RequiresNginx.Condition.decide(false, true))
                .withMessageContaining("nginx");
    }
}
