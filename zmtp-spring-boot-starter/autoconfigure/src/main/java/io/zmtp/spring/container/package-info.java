/**
 * Peers in containers: {@code @ServiceConnection("zmtp")} of Testcontainers, and services of Docker Compose with the label
 * {@code org.springframework.boot.service-connection: zmtp}. A label {@code io.zmtp.socket.<name>} has the port of the
 * container that the named socket connects to.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.spring.container;

import org.jspecify.annotations.NullMarked;
