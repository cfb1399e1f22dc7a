/**
 * The keys under {@code zmtp}, and what they make of a socket's options: {@link io.zmtp.spring.autoconfigure.properties.ZmtpProperties}.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.spring.autoconfigure.properties;

import org.jspecify.annotations.NullMarked;
