package io.zmtp.spring.template;

import io.zmtp.reactive.Bytes;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/** Ids of requests: 16 octets that nobody can guess, whichever others it has seen. */
final class RequestIds {

    private static final int OCTETS = 16;

    private final SecureRandom random = seeded();

    /** Seeded at once, since that reads a device, and requests are made on event loops. */
    private static SecureRandom seeded() {
        SecureRandom random;
        try {
            random = SecureRandom.getInstance("DRBG");
        } catch (NoSuchAlgorithmException without) {
            random = new SecureRandom();
        }
        random.nextInt();
        return random;
    }

    Bytes next() {
        byte[] id = new byte[OCTETS];
        random.nextBytes(id);
        return Bytes.wrap(id);
    }
}
