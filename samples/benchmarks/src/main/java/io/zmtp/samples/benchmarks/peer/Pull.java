package io.zmtp.samples.benchmarks.peer;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.samples.benchmarks.measure.Settings;
import io.zmtp.samples.benchmarks.measure.Window;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** Binds PULL; checks and counts what comes, on the event loop. */
final class Pull {

    private Pull() {}

    static void run(Settings settings) {
        Window window = new Window(settings).among(settings.senders());
        PullSocket pull = PullSocket.create(
                options -> settings.serving(options).recvHwm(settings.hwm()).maxMessageSize(1L << 30));
        pull.receive().subscribe(new Counter(window, settings));
        pull.bindNow(settings.endpoint());
        System.out.println("READY");
        pull.onClose().block();
    }

    private static final class Counter extends BaseSubscriber<Message> {
        private final Window window;
        private final int parts;
        private final int size;
        private final boolean isNumbered;

        Counter(Window window, Settings settings) {
            this.window = window;
            this.parts = settings.parts();
            this.size = settings.size();
            this.isNumbered = settings.senders() > 0;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            requestUnbounded();
        }

        @Override
        protected void hookOnNext(Message message) {
            if (message.size() != parts || message.last().size() != size) {
                System.err.println("expected " + parts + " parts of " + size + " octets, but got " + message);
                System.exit(1);
            }
            if (isNumbered) {
                window.countFor(message.last().asByteBuffer().getInt());
            } else {
                window.count();
            }
        }

        @Override
        protected void hookOnError(Throwable error) {
            System.err.println("receiving failed: " + error);
        }
    }
}
