/**
 * Meters of the sockets, where the application has a registry for them.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.spring.metrics;

import org.jspecify.annotations.NullMarked;
