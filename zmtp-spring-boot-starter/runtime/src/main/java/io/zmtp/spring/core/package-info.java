/**
 * What listeners, templates and declarative clients share: sockets by name, conversion of payloads, observation, and the
 * frames of traces and streams.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.spring.core;

import org.jspecify.annotations.NullMarked;
