package io.zmtp.reactive.testing;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import javax.net.ssl.SSLException;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/** Certificates for TLS tests, made anew in each test run and valid for about a day. */
public final class TestCertificates {
    /** Opens {@link Identity#encryptedKeyPem()} and {@link Identity#keyStore()}. */
    public static final String PASSWORD = "correct horse";

    private static final int ITERATIONS = 2048;
    private static final TestCertificates INSTANCE = new TestCertificates();

    private final X509Bundle ca = authority("CN=Test CA");
    private final X509Bundle foreignCa = authority("CN=Foreign CA");
    private final Identity server = server(ca, "localhost");
    private final Identity wrongHost = identity(() -> new CertificateBuilder()
            .ecp256()
            .subject("CN=elsewhere.example")
            .addSanDnsName("elsewhere.example")
            .addExtendedKeyUsageServerAuth()
            .buildIssuedBy(ca));
    private final Identity client = client(ca, "CN=client");
    private final Identity foreignServer = server(foreignCa, "localhost");
    private final Identity foreignClient = client(foreignCa, "CN=stranger");

    private TestCertificates() {}

    /** Whom clients and servers trust: the issuer of {@link #server()}, {@link #wrongHost()}, {@link #client()}. */
    public static X509Certificate ca() {
        return INSTANCE.ca.getCertificate();
    }

    public static String caPem() {
        return INSTANCE.ca.getCertificatePEM();
    }

    /** A trust store that holds {@link #ca()} only. */
    public static KeyStore trustStore() {
        return make(() -> {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry("ca", ca());
            return store;
        });
    }

    /** For {@code localhost}, 127.0.0.1 and ::1. */
    public static Identity server() {
        return INSTANCE.server;
    }

    /** From the same CA, but for {@code elsewhere.example}. */
    public static Identity wrongHost() {
        return INSTANCE.wrongHost;
    }

    /** A client's, {@code CN=client}. */
    public static Identity client() {
        return INSTANCE.client;
    }

    /** A client's of another name, such as {@code CN=somebody}. */
    public static Identity client(String subject) {
        return client(INSTANCE.ca, subject);
    }

    /** A CA that nobody trusts. */
    public static X509Certificate foreignCa() {
        return INSTANCE.foreignCa.getCertificate();
    }

    public static String foreignCaPem() {
        return INSTANCE.foreignCa.getCertificatePEM();
    }

    /** For {@code localhost}, from the foreign CA. */
    public static Identity foreignServer() {
        return INSTANCE.foreignServer;
    }

    /** A client's, from the foreign CA. */
    public static Identity foreignClient() {
        return INSTANCE.foreignClient;
    }

    /** A server's context: presents this, and asks clients for nothing. */
    public static SslContext serverContext(Identity identity) {
        return build(SslContextBuilder.forServer(identity.key(), identity.certificate()));
    }

    /** A client's context that trusts {@link #ca()}. */
    public static SslContext clientContext() {
        return build(SslContextBuilder.forClient().trustManager(ca()));
    }

    private static SslContext build(SslContextBuilder builder) {
        try {
            return builder.build();
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A certificate and its key, in every form that options take. */
    public static final class Identity {
        private final X509Bundle bundle;
        private final String encryptedKeyPem;

        private Identity(X509Bundle bundle) throws Exception {
            this.bundle = bundle;
            encryptedKeyPem = encrypt(bundle.getKeyPair().getPrivate());
        }

        public X509Certificate certificate() {
            return bundle.getCertificate();
        }

        public PrivateKey key() {
            return bundle.getKeyPair().getPrivate();
        }

        /** The certificate and, after it, whatever leads to the CA (which is not in it). */
        public String certificatePem() {
            return bundle.getCertificatePathPEM();
        }

        /** PKCS #8. */
        public String keyPem() {
            return bundle.getPrivateKeyPEM();
        }

        /** PKCS #8 under {@link #PASSWORD} (PBES2: PBKDF2 with HMAC-SHA-256, AES-256). */
        public String encryptedKeyPem() {
            return encryptedKeyPem;
        }

        /** PKCS #12 with the key and the chain, under {@link #PASSWORD}. */
        public KeyStore keyStore() {
            return make(() -> bundle.toKeyStore(PASSWORD.toCharArray()));
        }

        /** A PEM string as a stream, as {@link SslContextBuilder} takes it. */
        public static InputStream stream(String pem) {
            return new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static X509Bundle authority(String subject) {
        return make(() -> new CertificateBuilder()
                .ecp256()
                .subject(subject)
                .setIsCertificateAuthority(true)
                .buildSelfSigned());
    }

    private static Identity server(X509Bundle issuer, String name) {
        return identity(() -> new CertificateBuilder()
                .ecp256()
                .subject("CN=" + name)
                .addSanDnsName(name)
                .addSanIpAddress("127.0.0.1")
                .addSanIpAddress("::1")
                .addExtendedKeyUsageServerAuth()
                .buildIssuedBy(issuer));
    }

    private static Identity client(X509Bundle issuer, String subject) {
        return identity(() -> new CertificateBuilder()
                .ecp256()
                .subject(subject)
                .addExtendedKeyUsageClientAuth()
                .buildIssuedBy(issuer));
    }

    private static Identity identity(Making<X509Bundle> bundle) {
        return make(() -> new Identity(bundle.get()));
    }

    private static String encrypt(PrivateKey key) throws GeneralSecurityException, IOException {
        String algorithm = "PBEWithHmacSHA256AndAES_256";
        byte[] salt = new byte[16];
        byte[] iv = new byte[16];
        SecureRandom random = new SecureRandom();
        random.nextBytes(salt);
        random.nextBytes(iv);
        Cipher cipher = Cipher.getInstance(algorithm);
        cipher.init(
                Cipher.ENCRYPT_MODE,
                SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(PASSWORD.toCharArray())),
                new PBEParameterSpec(salt, ITERATIONS, new IvParameterSpec(iv)));
        // The JDK's own EncryptedPrivateKeyInfo cannot name PBES2 on every version.
        AlgorithmIdentifier sha256 = new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);
        PBES2Parameters pbes2 = new PBES2Parameters(
                new KeyDerivationFunc(PKCSObjectIdentifiers.id_PBKDF2, new PBKDF2Params(salt, ITERATIONS, 32, sha256)),
                new EncryptionScheme(NISTObjectIdentifiers.id_aes256_CBC, new DEROctetString(iv)));
        byte[] encoded = new EncryptedPrivateKeyInfo(
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBES2, pbes2),
                        cipher.doFinal(key.getEncoded()))
                .getEncoded();
        return "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                + "\n-----END ENCRYPTED PRIVATE KEY-----\n";
    }

    private interface Making<T> {
        T get() throws Exception;
    }

    private static <T> T make(Making<T> making) {
        try {
            return making.get();
        } catch (Exception e) {
            throw new IllegalStateException("cannot make test certificates", e);
        }
    }
}
