package io.zmtp.reactive.mechanism;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.zmtp.reactive.Bytes;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zeromq.ZCert;

class KeyFileTests {
    private static final String SECRET = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs";
    private static final KeyPair KEYS = KeyPair.of(Bytes.z85(SECRET));

    /** As czmq writes it. */
    private static final String CERTIFICATE = """
            #   ****  Generated on 2014-06-12 10:00:00 by CZMQ  ****
            #   ZeroMQ CURVE **Secret** Certificate
            #   DO NOT PROVIDE THIS FILE TO OTHER USERS nor change its permissions.

            metadata
                email = "ph@imatix.com"
            curve
                public-key = "%s"
                secret-key = "%s"
            """.formatted(KEYS.publicKey().z85(), SECRET);

    @TempDir
    Path folder;

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("key"), text);
    }

    @Test
    void readsACertificate() throws IOException {
        Path file = write(CERTIFICATE);
        assertThat(KeyFile.readPair(file).secretKey().z85()).isEqualTo(SECRET);
        assertThat(KeyFile.readPublicKey(file)).isEqualTo(KEYS.publicKey());
    }

    @Test
    void readsPlainFiles() throws IOException {
        assertThat(KeyFile.readPair(write(SECRET + "\n"))).isEqualTo(KEYS);
        assertThat(KeyFile.readPublicKey(write(KEYS.publicKey().z85()))).isEqualTo(KEYS.publicKey());
    }

    @Test
    void readsTheCertificatesItWrites() throws IOException {
        Path file = folder.resolve("mine");
        KeyFile.writeCertificates(KEYS, file);
        assertThat(KeyFile.readPublicKey(file)).isEqualTo(KEYS.publicKey());
        assertThat(KeyFile.readPair(folder.resolve("mine_secret")).secretKey()).isEqualTo(KEYS.secretKey());
        assertThat(file).content().doesNotContain(SECRET);
        assertThatIOException().isThrownBy(() -> KeyFile.readPair(file)).withMessageContaining("secret key");
    }

    @Test
    void readsThePlainFilesItWrites() throws IOException {
        KeyFile.writePlain(KEYS, folder.resolve("p"), folder.resolve("s"));
        assertThat(KeyFile.readPublicKey(folder.resolve("p"))).isEqualTo(KEYS.publicKey());
        assertThat(KeyFile.readPair(folder.resolve("s"))).isEqualTo(KEYS);
    }

    @Test
    void understandsTheCertificatesOfJeroMq() throws IOException {
        ZCert theirs = new ZCert();
        theirs.setMeta("name", "somebody");
        theirs.saveSecret(folder.resolve("theirs").toString());
        KeyPair pair = KeyFile.readPair(folder.resolve("theirs"));
        assertThat(pair.publicKey()).isEqualTo(Bytes.wrap(theirs.getPublicKey()));
        assertThat(pair.secretKey()).isEqualTo(Bytes.wrap(theirs.getSecretKey()));
    }

    @Test
    void showsASecretToItsOwnerOnly() throws IOException {
        KeyFile.writeCertificates(KEYS, folder.resolve("mine"));
        KeyFile.writePlain(KEYS, folder.resolve("p"), folder.resolve("s"));
        for (String name : new String[] {"mine_secret", "s"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void overwritesNoKey() throws IOException {
        KeyFile.writePlain(KEYS, folder.resolve("p"), folder.resolve("s"));
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> KeyFile.writePlain(KeyPair.generate(), folder.resolve("p2"), folder.resolve("s")));
        assertThat(KeyFile.readPair(folder.resolve("s"))).isEqualTo(KEYS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "curve\n    public-key = \"Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID\"\n",
                "curve\n    secret-key = D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs\n",
                "metadata\n    secret-key = \"D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs\"\n",
                "curve\n    secret-key = \"D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%\"\n",
                "curve\n    secret-key = \"D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%c|\"\n",
                "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%c",
                "%%%%%%%%%%%%%%%%%%%%##%%%%%%%%%%%%%%%%%%"
            })
    void saysWhichFileHasNoSecretKeyAndNothingOfWhatIsInIt(String text) throws IOException {
        Path file = write(text);
        assertThatIOException()
                .isThrownBy(() -> KeyFile.readPair(file))
                .withMessageStartingWith(file.toString())
                .satisfies(thrown -> assertThat(thrown).hasMessageNotContaining("IlAW"));
    }

    @Test
    void refusesACertificateWhoseKeysDoNotBelongTogether() throws IOException {
        Path file = write(CERTIFICATE.replace(
                KEYS.publicKey().z85(), KeyPair.generate().publicKey().z85()));
        assertThatIOException().isThrownBy(() -> KeyFile.readPair(file)).withMessageContaining("does not belong");
    }
}
