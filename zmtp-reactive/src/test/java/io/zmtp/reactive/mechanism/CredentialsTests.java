package io.zmtp.reactive.mechanism;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import org.junit.jupiter.api.Test;

/** Credentials go to logs, and peers that nobody knows yet choose what is in them. */
class CredentialsTests {

    private static String printed(String username) {
        return new Credentials(
                        "PLAIN", null, null, Bytes.EMPTY, Metadata.EMPTY, null, username, Bytes.utf8("hunter2"), null)
                .toString();
    }

    @Test
    void showNoPassword() {
        assertThat(printed("admin"))
                .isEqualTo("Credentials[mechanism=PLAIN, address=null, username=admin, password=***]");
    }

    @Test
    void forgeNoLineOfALog() {
        assertThat(printed("x\n12:00 INFO all is well")).doesNotContain("\n").contains("username=0x780a");
        assertThat(printed("x".repeat(255))).hasSizeLessThan(200);
    }
}
