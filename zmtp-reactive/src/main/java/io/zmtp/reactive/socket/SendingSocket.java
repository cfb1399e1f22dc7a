package io.zmtp.reactive.socket;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.routing.Outgoing;
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
    public Mono<Void> send(Publisher<? extends Message> messages) {
        return outgoing().send(messages);
    }

    @Override
    public Mono<Void> flush() {
        return outgoing().flush();
    }
}
