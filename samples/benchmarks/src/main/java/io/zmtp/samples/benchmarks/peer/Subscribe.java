package io.zmtp.samples.benchmarks.peer;

import io.zmtp.reactive.socket.SubSocket;
import io.zmtp.samples.benchmarks.measure.Settings;
import io.zmtp.samples.benchmarks.measure.Window;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** Connects SUBs to everything, and counts what they get together: on one event loop, so that nothing is shared. */
final class Subscribe {

    private Subscribe() {}

    static void run(Settings settings) {
        int parts = settings.parts(); // looked up once: it is parsed each time
        int size = settings.size();
        Window window = new Window(settings).among(settings.subscribers());
        LoopResources loop = LoopResources.create("subscribers", 1, true);
        for (int i = 0; i < settings.subscribers(); i++) {
            int peer = i;
            SubSocket sub = SubSocket.create(
                    options -> settings.calling(options).recvHwm(settings.hwm()).runOn(loop));
            sub.receive("").subscribe(message -> {
                if (message.size() != parts || message.last().size() != size) {
                    System.err.println("expected " + parts + " parts of " + size + " octets, but got " + message);
                    System.exit(1);
                }
                window.countFor(peer);
            });
            sub.connectNow(settings.endpoint());
        }
        Mono.never().block();
    }
}
