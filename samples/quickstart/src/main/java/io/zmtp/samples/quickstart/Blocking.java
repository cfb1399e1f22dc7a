package io.zmtp.samples.quickstart;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.blocking.BlockingSocket;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ReqSocket;

/** Asks and answers in threads that wait. */
final class Blocking {

    private Blocking() {}

    public static void main(String[] args) {
        try (var rep = BlockingSocket.of(RepSocket.create());
                var req = BlockingSocket.of(ReqSocket.create())) {
            req.connect(rep.bind("tcp://127.0.0.1:*").toString());
            new Thread(() -> rep.serve(asked -> Message.of(asked.text() + "!"))).start(); // or virtual
            System.out.println(req.request("hello").text());
        }
    }
}
