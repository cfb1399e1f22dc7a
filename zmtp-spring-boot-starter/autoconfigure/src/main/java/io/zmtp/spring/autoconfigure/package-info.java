/**
 * Auto-configuration for Spring Boot: sockets by name from properties, started and lingered with the application.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.spring.autoconfigure;

import org.jspecify.annotations.NullMarked;
