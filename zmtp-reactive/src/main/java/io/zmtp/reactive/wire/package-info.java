/**
 * The octets of ZMTP 3.1 without any I/O: greeting, frames, commands, and the codec that turns messages into octets and
 * back. Nothing here knows a thread, a channel or Reactor: octets go in and octets come out.
 *
 * <p>Types that say "internal" are public to the compiler only, and may change at any time.
 */
@NullMarked
package io.zmtp.reactive.wire;

import org.jspecify.annotations.NullMarked;
