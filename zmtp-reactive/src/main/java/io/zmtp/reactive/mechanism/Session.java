package io.zmtp.reactive.mechanism;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Metadata;
import org.jspecify.annotations.Nullable;

/**
 * The result of a handshake.
 *
 * @param peer the peer's properties, with those that an {@link Authenticator} added
 * @param publicKey the peer's long-term public key, null where the mechanism has none
 * @param userId the user that the authenticator took the peer for; null if it named none
 * @param cipher encrypts and decrypts everything after the handshake; {@link FrameCipher#NONE} for NULL and PLAIN
 * @since 0.1
 */
public record Session(
        Metadata peer, @Nullable Bytes publicKey, @Nullable String userId, FrameCipher cipher) {}
