/**
 * The octets of ZMTP 3.1 without any I/O: greeting, frames, commands, and the codec that turns messages into octets and
 * back. Nothing here knows a thread, a channel or Reactor, so that all of it can be tested by octets in and octets out.
 */
@NullMarked
package io.zmtp.reactive.wire;

import org.jspecify.annotations.NullMarked;
