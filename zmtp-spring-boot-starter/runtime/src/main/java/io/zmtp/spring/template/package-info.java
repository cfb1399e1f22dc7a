/**
 * Sending and asking by the names of sockets, with conversion: {@link io.zmtp.spring.template.ZmtpTemplate} and its
 * blocking twin.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.spring.template;

import org.jspecify.annotations.NullMarked;
