/**
 * Where the messages of listeners come from, what is known of each there, and what becomes of it: a socket, or a subscription
 * without gaps. Not for applications.
 */
@NullMarked
package io.zmtp.spring.listener.source;

import org.jspecify.annotations.NullMarked;
