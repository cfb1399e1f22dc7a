package io.zmtp.samples.benchmarks.peer;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.delivery.Work;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.samples.benchmarks.measure.Settings;
import io.zmtp.samples.benchmarks.measure.Window;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Iterator;
import reactor.core.publisher.Flux;

/** PUSH to PULL with a level of delivery, by the number {@code delivery}. No two messages are equal. */
final class Acknowledged {

    private Acknowledged() {}

    private static DeliveryLevel level(Settings settings) {
        int number = Integer.parseInt(settings.text("delivery", "0"));
        for (DeliveryLevel level : DeliveryLevel.values()) {
            if (level.number() == number) {
                return level;
            }
        }
        throw new IllegalArgumentException("delivery: expected 0 to 3, but it is " + number);
    }

    private static SocketOptions delivering(Settings settings, SocketOptions options) {
        return options.routingId(Bytes.utf8("benchmark")).delivery(DeliveryOptions.of(level(settings)));
    }

    static void push(Settings settings) {
        PushSocket socket = PushSocket.create(options -> delivering(settings, settings.calling(options))
                .sendHwm(settings.hwm())
                .reconnect(Duration.ofMillis(20)));
        socket.connectNow(settings.endpoint());
        System.out.println("READY");
        socket.send(numbered(settings)).block();
    }

    /** A new message each time, which begins with its number; polled. */
    private static Flux<Message> numbered(Settings settings) {
        byte[] payload = settings.payload();
        return Flux.fromIterable(() -> new Iterator<>() {
            private long next;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Message next() {
                byte[] body = payload.clone();
                ByteBuffer.wrap(body).putLong(next++);
                return Message.of(Bytes.wrap(body));
            }
        });
    }

    static void pull(Settings settings) {
        Window window = new Window(settings);
        PullSocket pull = PullSocket.create(
                options -> delivering(settings, settings.serving(options)).recvHwm(settings.hwm()));
        if (level(settings) == DeliveryLevel.DONE) {
            pull.work().doOnNext(Work::done).subscribe(work -> window.count());
        } else {
            pull.receive().subscribe(message -> window.count());
        }
        pull.bindNow(settings.endpoint());
        System.out.println("READY");
        pull.onClose().block();
    }
}
