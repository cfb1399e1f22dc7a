/**
 * Sockets: a set of connections and a rule for who gets the next message. One class for each pattern, which shows what
 * the pattern can do.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.reactive.socket;

import org.jspecify.annotations.NullMarked;
