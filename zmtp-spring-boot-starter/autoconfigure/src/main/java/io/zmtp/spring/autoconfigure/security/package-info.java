/**
 * Mechanisms and TLS contexts of properties, and which of those properties have an effect. Internal.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.spring.autoconfigure.security;

import org.jspecify.annotations.NullMarked;
