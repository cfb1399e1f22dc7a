/**
 * Internal: the primitives behind CURVE and BLAKE3ZMQ, on Bouncy Castle. Public to the compiler only; it may change at
 * any time.
 *
 * <p>Pure functions over arrays, without threads. There is no branch and no index in our code that depends on a secret;
 * what the virtual machine makes of it is not guaranteed. Nor is wiping: the garbage collector may have copied what is
 * overwritten.
 */
@NullMarked
package io.zmtp.reactive.mechanism.crypto;

import org.jspecify.annotations.NullMarked;
