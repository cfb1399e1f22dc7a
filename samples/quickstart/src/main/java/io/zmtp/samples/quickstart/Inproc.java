package io.zmtp.samples.quickstart;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PairSocket;

/** Two parts of one process meet without a network. */
final class Inproc {

    private Inproc() {}

    public static void main(String[] args) {
        PairSocket one = PairSocket.create();
        PairSocket other = PairSocket.create();
        one.connectNow("inproc://conversation"); // either may come first
        other.bindNow("inproc://conversation");

        other.receive()
                .map(message -> Message.of(message.text() + " yourself"))
                .take(1)
                .as(other::send)
                .subscribe();
        one.send("hello")
                .then(one.receive().next())
                .map(Message::text)
                .doOnNext(System.out::println)
                .block();
        one.dispose();
        other.dispose();
    }
}
