/**
 * Sockets: a set of connections and a rule for who gets the next message. One class for each pattern, which shows what
 * the pattern can do.
 *
 * <p>Over {@code inproc://name} sockets of one process meet without a network: messages are handed over as they are, by
 * the thread that sends or the one that asks, and either side may be there first. The two queues between them are one,
 * which holds {@code sendHwm} of the one side plus {@code recvHwm} of the other. What concerns a transport has no
 * meaning there and is ignored: the mechanism (it is always NULL), TLS, heartbeats, timeouts of handshakes and of idle
 * connections, channel options, event loops, and the hooks that are given a connection. Names belong to the process;
 * nothing from outside reaches them.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.reactive.socket;

import org.jspecify.annotations.NullMarked;
