package io.zmtp.spring.listener.source;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.ZmtpNackException;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.socket.Receiver;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** The messages of a socket. */
final class SocketSource extends ListenerSource {

    private final ZmtpSocket socket;

    SocketSource(ZmtpSocket socket) {
        super(socket.type(), socket);
        this.socket = socket;
    }

    /**
     * The answer to a request on REP.
     *
     * @param acknowledges whether the peer is sent why there is none
     */
    private record Answer(MonoSink<Message> sink, boolean acknowledges) implements Arrival {

        @Override
        public void failed(Throwable failure) {
            if (acknowledges) {
                Nack nack = Nack.of(failure);
                sink.error(new ZmtpNackException(nack.code(), nack.text()));
            }
        }

        @Override
        public void reply(Message made) {
            sink.success(made);
        }

        @Override
        public void end() {
            sink.success();
        }

        @Override
        public void giveUp() {
            failed(Nack.givenUp());
            end();
        }
    }

    /** On REP the reply is the acknowledgement. */
    @Override
    public boolean acknowledges() {
        return socket instanceof RepSocket && socket.delivery().level() == DeliveryLevel.DONE;
    }

    @Override
    public Mono<Void> take(List<String> topics, Taker taker, int atATime) {
        return socket instanceof RepSocket rep
                ? rep.serve(
                        request -> Mono.create(answer -> taker.take(request, new Answer(answer, acknowledges()))),
                        atATime)
                : Taking.of(() -> messages(topics), taker, (to, message) -> to.take(message, null));
    }

    @Override
    public Flux<?> stream(List<String> topics, Class<?> element) {
        return messages(topics);
    }

    private Flux<Message> messages(List<String> topics) {
        if (socket instanceof SubSocket sub && !topics.isEmpty()) {
            return sub.receive(topics.get(0), topics.subList(1, topics.size()).toArray(String[]::new));
        }
        if (socket instanceof SubSocket sub) {
            sub.subscribeUnlessSubscribed();
        }
        return ((Receiver) socket).receive();
    }
}
