/**
 * Internal: the primitives behind CURVE and BLAKE3ZMQ, of libsodium or Bouncy Castle, with our own Salsa20 and Poly1305 for
 * messages where there is no libsodium: {@link io.zmtp.reactive.mechanism.crypto.Cryptography} chooses. Public to the compiler
 * only; it may change at any time.
 *
 * <p>Pure functions over arrays, without threads. There is no branch and no index in our code that depends on a secret;
 * what the virtual machine makes of it is not guaranteed. Nor is wiping: the garbage collector may have copied what is
 * overwritten.
 */
@NullMarked
package io.zmtp.reactive.mechanism.crypto;

import org.jspecify.annotations.NullMarked;
