/**
 * What sockets count and time, in Micrometer. No other package needs Micrometer, so it is optional on the classpath.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.reactive.metrics;

import org.jspecify.annotations.NullMarked;
