package io.zmtp.samples.benchmarks.peer;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.samples.benchmarks.measure.Settings;

/** One message between two sockets of a process over TCP, and the end: measured from outside, from the JVM's start. */
final class Cold {

    private Cold() {}

    static void run(Settings settings) {
        PullSocket pull = PullSocket.create(settings::serving);
        PushSocket push = PushSocket.create(settings::calling);
        push.connectNow(pull.bindNow("tcp://127.0.0.1:*"));
        push.send("hello").subscribe();
        System.out.println("GOT " + pull.receive().map(Message::text).blockFirst());
        push.close().then(pull.close()).block();
    }
}
