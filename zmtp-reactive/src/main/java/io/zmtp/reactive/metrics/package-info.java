/**
 * What sockets count and time, for Micrometer. The only package that sees it: without Micrometer on the classpath
 * everything else works.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.reactive.metrics;

import org.jspecify.annotations.NullMarked;
