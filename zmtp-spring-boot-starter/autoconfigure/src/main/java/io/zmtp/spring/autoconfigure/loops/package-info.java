/**
 * The event loops that sockets run on. Internal.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.spring.autoconfigure.loops;

import org.jspecify.annotations.NullMarked;
