/**
 * A binder for Spring Cloud Stream: bindings of functions to ZeroMQ sockets, {@code spring.cloud.stream.bindings.*.binder:
 * zmtp}. A destination is the name of a socket under {@code zmtp.sockets}, or an endpoint. What is received is handled as by
 * {@link io.zmtp.spring.listener listeners}, and is paced as there: by what the function takes.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.spring.stream;

import org.jspecify.annotations.NullMarked;
