/**
 * Methods that messages come to: {@link io.zmtp.spring.listener.ZmtpListener}, and what converts payloads for them.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.spring.listener;

import org.jspecify.annotations.NullMarked;
