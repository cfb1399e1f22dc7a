package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import org.jspecify.annotations.Nullable;

/**
 * What a handshake agreed upon.
 *
 * @param peer the peer's properties, with those that an {@link Authenticator} added
 * @param publicKey the peer's long-term public key, null where the mechanism has none
 * @param userId who the authenticator says the peer is, null when it did not say
 * @param cipher what encrypts the traffic from now on, {@link FrameCipher#NONE} for NULL and PLAIN
 * @since 0.1
 */
public record Session(
        Metadata peer, @Nullable Bytes publicKey, @Nullable String userId, FrameCipher cipher) {}
