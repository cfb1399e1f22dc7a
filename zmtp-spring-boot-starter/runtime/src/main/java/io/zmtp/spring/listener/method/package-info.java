/**
 * How a listener's method is called: its arguments, resolved from a message by resolvers that are looked up
 * once, and the call itself. Not for applications.
 */
@NullMarked
package io.zmtp.spring.listener.method;

import org.jspecify.annotations.NullMarked;
