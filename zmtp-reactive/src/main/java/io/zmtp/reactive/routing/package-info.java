/**
 * Internal: which peers get the next message, without any I/O. Public to the compiler only; it may change at any time.
 *
 * <p>Nothing here knows a thread either: the owner of an object uses it in one thread at a time.
 */
@NullMarked
package io.zmtp.reactive.routing;

import org.jspecify.annotations.NullMarked;
