/**
 * Declarative clients, interfaces whose methods are requests: {@link io.zmtp.spring.client.ZmtpExchange}.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.spring.client;

import org.jspecify.annotations.NullMarked;
