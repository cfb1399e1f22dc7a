/**
 * Messages that are acknowledged: what a sender knows of each, and what a receiver promises. Between sockets of this library,
 * and others that know the same rules; see {@link io.zmtp.reactive.delivery.DeliveryOptions}.
 *
 * @see <a href="https://github.com/zeromq/omq.rb/blob/master/gems/omq-qos/RFC.md">ZMTP Quality of Service, experimental</a>
 */
@NullMarked
package io.zmtp.reactive.delivery;

import org.jspecify.annotations.NullMarked;
