/**
 * Channel adapters and gateways for Spring Integration, where an application has it.
 * {@link io.zmtp.spring.integration.Zmtp} makes them in flows.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.spring.integration;

import org.jspecify.annotations.NullMarked;
