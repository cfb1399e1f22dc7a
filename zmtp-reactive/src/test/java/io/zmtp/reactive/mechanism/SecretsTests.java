package io.zmtp.reactive.mechanism;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SecretsTests {
    private final Secrets secrets = new Secrets();
    private final byte[] first = {1, 2};
    private final byte[] second = {3, 4, 5};

    @Test
    void leavesThemAsTheyAreWhileTheyAreNeeded() {
        assertThat(secrets.keep(first)).isSameAs(first).containsExactly(1, 2);
    }

    @Test
    void forgetsOne() {
        secrets.keep(first);
        secrets.keep(second);
        secrets.forget(first);
        assertThat(first).containsOnly(0);
        assertThat(second).containsExactly(3, 4, 5);
    }

    @Test
    void forgetsAllInTheEnd() {
        secrets.keep(first);
        secrets.keep(second);
        secrets.forgetAll();
        assertThat(first).containsOnly(0);
        assertThat(second).containsOnly(0);
    }

    @Test
    void forgetsAtOnceWhatComesAfterTheEnd() {
        secrets.forgetAll();
        assertThat(secrets.keep(first)).isSameAs(first).containsOnly(0);
    }
}
