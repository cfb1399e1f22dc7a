/**
 * Services and host names whose endpoints change, which sockets stay connected to:
 * {@link io.zmtp.spring.discovery.ZmtpServiceDiscovery}, and Spring Cloud's clients where an application has them.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.spring.discovery;

import org.jspecify.annotations.NullMarked;
