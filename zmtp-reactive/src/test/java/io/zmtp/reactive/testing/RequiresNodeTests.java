package io.zmtp.reactive.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class RequiresNodeTests {

    @Test
    void skipsWithAReasonAndFailsInCi() {
        assertThat(RequiresNode.Condition.decide(null, true).isDisabled()).isFalse();
        assertThat(RequiresNode.Condition.decide("no node", false).getReason()).hasValue("no node");
        assertThatIllegalStateException()
                .isThrownBy(() -> RequiresNode.Condition.decide("no node", true))
                .withMessageContaining("no node");
    }
}
