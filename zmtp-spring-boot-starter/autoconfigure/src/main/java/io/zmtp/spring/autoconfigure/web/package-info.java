/**
 * Sockets at paths of the application's own web server, {@code ws:/path}, in WebFlux: of any of its servers. Internal.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.spring.autoconfigure.web;

import org.jspecify.annotations.NullMarked;
