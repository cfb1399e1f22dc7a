/**
 * Internal: who gets the next message, without any I/O. Nothing here is meant for users, nor stable.
 *
 * <p>Nothing here knows a thread either: each object is used by one thread at a time, and who owns it sees to that.
 */
@NullMarked
package io.zmtp.reactive.routing;

import org.jspecify.annotations.NullMarked;
