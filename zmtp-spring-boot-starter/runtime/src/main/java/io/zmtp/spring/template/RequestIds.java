package io.zmtp.spring.template;

import io.zmtp.reactive.Bytes;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/** Ids of requests: 16 octets that a peer cannot guess, whichever other ids it has seen. */
final class RequestIds {

    private static final int ID_OCTETS = 16;

    private final SecureRandom random = seeded();

    /** Seeded at once: that reads a device, which must not happen on the event loops where requests are made. */
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
        byte[] id = new byte[ID_OCTETS];
        random.nextBytes(id);
        return Bytes.wrap(id);
    }
}
