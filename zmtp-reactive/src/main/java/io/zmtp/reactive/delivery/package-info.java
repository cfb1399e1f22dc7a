/**
 * Messages that are acknowledged: what a sender knows of each, and what a receiver promises. Between sockets of this library,
 * and others that know the same rules; see {@link io.zmtp.reactive.delivery.DeliveryOptions}.
 *
 * <h2>What can happen, step by step</h2>
 *
 * <p>At each step either side, or the connection, may end.
 *
 * <table><caption>The way of a message, and what becomes of it if the connection ends behind a step</caption>
 * <tr><th>step</th><th>level 1</th><th>level 2</th><th>level 3</th></tr>
 * <tr><td>1. accepted by the queue of a peer</td><td>goes to any peer, before all that waits</td><td>as level 1</td><td>as level
 * 1</td></tr>
 * <tr><td>2. taken to be written, or written</td><td>as 1</td><td>is kept for this peer, which gets it again before anything new; a
 * dead letter after {@code deadLetterAfter}</td><td>as level 2</td></tr>
 * <tr><td>3. read by the receiver, in its queue</td><td>as 2; the receiver hands out what it has too, so it may come
 * twice</td><td>as 2; the receiver hands out what it has, and knows the next copy</td><td>as level 2</td></tr>
 * <tr><td>4. handed out: {@code onNext} has returned</td><td>as 3</td><td>as 2; the receiver knows the next copy,
 * acknowledges it, and does not hand it out</td><td>as level 2; it answers the next copy when the work is done</td></tr>
 * <tr><td>5. the work is done, or has failed</td><td></td><td></td><td>the next copy is answered with what became of the
 * work</td></tr>
 * <tr><td>6. ACK, COMP or NACK is written</td><td>as 4</td><td>as 4</td><td>as 5</td></tr>
 * <tr><td>7. it is read by the sender</td><td>over: the sender forgets the message</td><td>over; but the receiver remembers
 * it</td><td>as level 2; what failed is sent again after {@code retryBackoff}, or is a dead letter</td></tr>
 * <tr><td>8. CLR is written</td><td></td><td>it is written again on the next connection, before any message</td><td>as level
 * 2</td></tr>
 * <tr><td>9. it is read by the receiver, which forgets the message</td><td></td><td>as 8: a CLR for what is forgotten does
 * nothing</td><td>as level 2</td></tr>
 * <tr><td>10. the sender sees that it was read</td><td></td><td>an equal message may be sent</td><td>as level 2, and the same
 * one too</td></tr>
 * </table>
 *
 * <h2>Why nothing comes twice at levels 2 and 3</h2>
 *
 * <p>Messages have no numbers on the wire: both sides know them by a digest of their octets. A receiver hands a message out unless
 * it remembers its digest. So that this is once for each message, a sender never has a message under way to a peer while that
 * peer may remember an equal one. It waits until it has seen that the CLR of the former one was read: an answer for something
 * that it sent behind that CLR shows that, or the PONG for a PING behind it, as a connection keeps the order. Therefore
 *
 * <ul>
 *   <li>a copy of a message that was handed out finds its digest remembered: only its own CLR removes that, which is sent when no
 *       further copy will be,
 *   <li>a new message finds its digest not remembered: an equal one before it was removed, as was seen,
 *   <li>a CLR that is sent again on the next connection removes nothing of a later message: none that is equal was sent before
 *       the CLR was seen to be read, and then it is not sent again.
 * </ul>
 *
 * <p>This holds as long as the receiver remembers: {@code memory} and {@code recvHwm} bound that, and it ends with its process.
 * If the sender is started anew, it does not know what it had sent before. Sockets of this library announce which one they are,
 * as {@code X-QoS-Epoch}, and what another one has sent is another message. Of a sender that announces none, an equal message may
 * be taken for the former one within the time of {@code memory}.
 *
 * @see <a href="https://github.com/zeromq/omq.rb/blob/master/gems/omq-qos/RFC.md">ZMTP Quality of Service, experimental</a>
 */
@NullMarked
package io.zmtp.reactive.delivery;

import org.jspecify.annotations.NullMarked;
