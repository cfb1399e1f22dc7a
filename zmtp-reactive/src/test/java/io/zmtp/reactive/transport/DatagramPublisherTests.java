package io.zmtp.reactive.transport;

import static io.zmtp.reactive.transport.Udp.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.testing.PublisherContract;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** The contract of publishers, for those of datagrams. */
class DatagramPublisherTests {

    private final Udp udp = new Udp(true);

    @AfterEach
    void close() {
        udp.close();
    }

    abstract class OfDatagrams implements PublisherContract {

        final DatagramReceiver receiver = udp.receiver("udp://127.0.0.1:*");
        final DatagramSender sender = udp.sender(receiver.endpoint());

        Mono<Void> send() {
            return sender.send(Bytes.utf8("group"), Bytes.utf8("text"));
        }

        @Override
        public void works() {
            Mono<Message> came = receiver.receive().next();
            assertThat(Mono.when(came, send()).timeout(TIMEOUT).thenReturn(true).block())
                    .isTrue();
        }
    }

    @Nested
    class Send extends OfDatagrams {

        @Override
        public Publisher<?> publisher() {
            return send();
        }
    }

    @Nested
    class Connect extends OfDatagrams {

        @Override
        public Publisher<?> publisher() {
            return DatagramSender.connect(receiver.endpoint(), udp.loops, Map.of(), 8)
                    .doOnNext(DatagramSender::dispose);
        }
    }

    @Nested
    class Bind extends OfDatagrams {

        @Override
        public Publisher<?> publisher() {
            return DatagramReceiver.bind(Endpoint.parse("udp://127.0.0.1:*"), udp.loops, Map.of(), 8, group -> true)
                    .doOnNext(DatagramReceiver::dispose);
        }
    }

    abstract class Closing extends OfDatagrams {

        @Override
        public void signal() {
            receiver.dispose();
            sender.dispose();
        }

        @Override
        public boolean endsWithSignal() {
            return true;
        }
    }

    @Nested
    class OnCloseOfAReceiver extends Closing {

        @Override
        public Publisher<?> publisher() {
            return receiver.onClose();
        }
    }

    @Nested
    class OnCloseOfASender extends Closing {

        @Override
        public Publisher<?> publisher() {
            return sender.onClose();
        }
    }

    @Nested
    class CloseOfAReceiver extends OfDatagrams {

        @Override
        public Publisher<?> publisher() {
            return receiver.close();
        }

        @Override
        public void works() {
            receiver.onClose().block(TIMEOUT);
        }
    }

    @Nested
    class CloseOfASender extends OfDatagrams {

        @Override
        public Publisher<?> publisher() {
            return sender.close();
        }

        @Override
        public void works() {
            sender.onClose().block(TIMEOUT);
        }
    }
}
