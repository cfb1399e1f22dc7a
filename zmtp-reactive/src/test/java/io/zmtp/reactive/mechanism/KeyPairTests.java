package io.zmtp.reactive.mechanism;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zmtp.reactive.Bytes;
import org.junit.jupiter.api.Test;

class KeyPairTests {
    private static final String PUBLIC = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID";
    private static final String SECRET = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs";

    @Test
    void findsThePublicKeyOfASecretOne() {
        assertThat(KeyPair.of(Bytes.z85(SECRET)).publicKey().z85()).isEqualTo(PUBLIC);
    }

    @Test
    void takesTwoKeysThatBelongTogether() {
        KeyPair pair = KeyPair.of(Bytes.z85(PUBLIC), Bytes.z85(SECRET));
        assertThat(pair.secretKey().z85()).isEqualTo(SECRET);
        assertThat(pair).isEqualTo(KeyPair.of(Bytes.z85(SECRET))).isNotEqualTo(KeyPair.generate());
    }

    @Test
    void refusesTwoKeysThatDoNot() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyPair.of(KeyPair.generate().publicKey(), Bytes.z85(SECRET)))
                .withMessageContaining("does not belong")
                .satisfies(thrown -> assertThat(thrown).hasMessageNotContaining(SECRET));
    }

    @Test
    void refusesKeysOfAnotherSize() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyPair.of(Bytes.wrap(new byte[31])))
                .withMessageContaining("32 octets")
                .withMessageContaining("31");
        assertThatIllegalArgumentException().isThrownBy(() -> CurveMechanism.client(Bytes.wrap(new byte[33])));
    }

    @Test
    void printsNothingOfTheSecret() {
        KeyPair pair = KeyPair.of(Bytes.z85(SECRET));
        assertThat(pair.toString())
                .contains(PUBLIC)
                .doesNotContain(SECRET)
                .doesNotContain(pair.secretKey().hex());
        assertThat(CurveMechanism.client(pair.publicKey(), pair)).hasToString("CURVE client");
        assertThat(CurveMechanism.server(pair, Authenticator.anyone())).hasToString("CURVE server");
    }
}
