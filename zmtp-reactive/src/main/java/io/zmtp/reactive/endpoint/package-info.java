/**
 * What a socket is bound or connected by: a dialer and a listener each for streams (tcp, tls+tcp, ipc), inproc and
 * datagrams. Internal: not for users of the library.
 */
@NullMarked
package io.zmtp.reactive.endpoint;

import org.jspecify.annotations.NullMarked;
