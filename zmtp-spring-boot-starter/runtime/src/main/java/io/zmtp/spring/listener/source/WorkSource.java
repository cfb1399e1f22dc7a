package io.zmtp.spring.listener.source;

import io.zmtp.reactive.delivery.Work;
import io.zmtp.reactive.socket.Receiver;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The messages of a socket whose senders wait until they were worked on: what becomes of each is acknowledged. */
final class WorkSource extends ListenerSource {

    private final Receiver receiver;

    WorkSource(ZmtpSocket socket) {
        super(socket.type(), socket);
        this.receiver = (Receiver) socket;
    }

    private static final class Acknowledged implements Arrival {

        private final Work work;
        private volatile @Nullable Throwable failure;

        Acknowledged(Work work) {
            this.work = work;
        }

        @Override
        public void failed(Throwable why) {
            failure = why;
        }

        @Override
        public void end() {
            Throwable why = failure;
            if (why == null) {
                work.done();
            } else {
                Nack nack = Nack.of(why);
                work.fail(nack.code(), nack.text());
            }
        }

        @Override
        public void giveUp() {
            failed(Nack.givenUp());
            end();
        }
    }

    @Override
    public boolean acknowledges() {
        return true;
    }

    @Override
    public Mono<Void> take(List<String> topics, Taker taker, int atATime) {
        return Taking.of(receiver::work, taker, (to, work) -> to.take(work.message(), new Acknowledged(work)));
    }

    /** A stream that takes the messages alone could acknowledge none: it is refused at the start. */
    @Override
    public Flux<?> stream(List<String> topics, Class<?> element) {
        return receiver.work();
    }
}
