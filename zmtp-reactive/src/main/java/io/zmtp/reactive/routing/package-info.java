/**
 * Which peer gets the next message, and whose message is received next: round robin, fan-out, addressing, requests and
 * replies, fair queueing, subscriptions. All on pipes, without any I/O. Internal: not for users of the library.
 */
@NullMarked
package io.zmtp.reactive.routing;

import org.jspecify.annotations.NullMarked;
