package io.zmtp.spring.template;

import io.zmtp.reactive.Bytes;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;

/** Ids of requests: 16 octets that a peer cannot guess, whichever other ids it has seen. */
final class RequestIds {

    private static final int ID_OCTETS = 16;

    /** Drawn together: each draw costs three hashes, however short it is. */
    private static final int DRAWN_TOGETHER = 64;

    private final SecureRandom random = seeded();
    private final byte[] drawn = new byte[ID_OCTETS * DRAWN_TOGETHER];
    private int taken = drawn.length;

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

    synchronized Bytes next() {
        if (taken == drawn.length) {
            random.nextBytes(drawn);
            taken = 0;
        }
        byte[] id = Arrays.copyOfRange(drawn, taken, taken + ID_OCTETS);
        taken += ID_OCTETS;
        return Bytes.wrap(id);
    }
}
