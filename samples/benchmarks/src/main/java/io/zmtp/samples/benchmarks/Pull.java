package io.zmtp.samples.benchmarks;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.connection.Binding;
import io.zmtp.reactive.connection.ZmtpServer;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** Binds PULL; checks and counts what comes, on the event loop. For one sender at a time. */
final class Pull {

    private Pull() {}

    static void run(Settings settings) {
        Window window = new Window(settings);
        Binding binding = ZmtpServer.create()
                .socketType(SocketType.PULL)
                .maxMessageSize(1L << 30)
                .handle(connection -> {
                    connection.receive().subscribe(new Counter(window, settings.size()));
                    return connection.onClose().then();
                })
                .bindNow(settings.endpoint());
        System.out.println("READY");
        binding.onDispose().block();
    }

    private static final class Counter extends BaseSubscriber<Message> {
        private final Window window;
        private final int size;

        Counter(Window window, int size) {
            this.window = window;
            this.size = size;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            requestUnbounded();
        }

        @Override
        protected void hookOnNext(Message message) {
            if (message.size() != 1 || message.first().size() != size) {
                System.err.println("expected one part of " + size + " octets, but got " + message);
                System.exit(1);
            }
            window.count();
        }

        @Override
        protected void hookOnError(Throwable error) {
            System.err.println("receiving failed: " + error);
        }
    }
}
