package io.zmtp.samples.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ChildTests {

    @Test
    void findsTheOctetsInWhatJcmdPrints() {
        String printed = """
                4242:
                 num     #instances         #bytes  class name (module)
                -------------------------------------------------------
                   1:         23456        1234567  [B (java.base@17.0.15)
                Total        123456        9437184
                """;

        assertThat(Child.liveOctets(printed)).isEqualTo(9437184.0);
    }

    @Test
    void knowsNothingOfAProcessThatDoesNotAnswer() {
        assertThat(Child.liveOctets("4242: no such process")).isNaN();
    }
}
