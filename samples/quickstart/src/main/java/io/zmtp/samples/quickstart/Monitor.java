package io.zmtp.samples.quickstart;

import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import java.time.Duration;

/** Watches what happens to a socket. */
final class Monitor {

    private Monitor() {}

    public static void main(String[] args) {
        PushSocket push = PushSocket.create(options -> options.reconnect(Duration.ofMillis(50)));
        push.monitor().map(event -> event.getClass().getSimpleName()).subscribe(System.out::println);
        push.monitor()
                .ofType(MonitorEvent.Dropped.class) // what nobody got, and why
                .subscribe(lost -> System.err.println(lost.count() + " messages: " + lost.reason()));

        PullSocket pull = PullSocket.create();
        push.connectNow(pull.bindNow("tcp://127.0.0.1:*"));
        push.send("hello").block();
        pull.receive().next().block();
        pull.close().block();
        push.close().block();
    }
}
