package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.delivery.Delivery;
import io.zmtp.reactive.routing.Acknowledged;
import io.zmtp.reactive.routing.Outgoing;
import io.zmtp.reactive.routing.PendingDelivery;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A socket whose rule for who gets the next message is all there is to sending. */
abstract sealed class SendingSocket extends ZmtpSocket implements Sender
        permits AddressedSocket, PublishingSocket, TurnsSocket, XSubSocket {

    SendingSocket(SocketType type, SocketOptions options) {
        super(type, options);
    }

    @Override
    abstract Outgoing outgoing();

    @Override
    public Mono<Void> send(Message message) {
        return outgoing().send(message);
    }

    @Override
    public Delivery deliver(Message message) {
        Acknowledged rule = acknowledged();
        return rule == null
                ? Sender.super.deliver(message)
                : new PendingDelivery(message, options.delivery.level(), rule::send);
    }

    @Override
    public Mono<Void> send(Publisher<? extends Message> messages) {
        return outgoing().send(messages);
    }

    @Override
    public Mono<Void> flush() {
        return outgoing().flush();
    }
}
