package io.zmtp.samples.quickstart;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.DealerSocket;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ReqSocket;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.reactive.socket.ZmtpProxy;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.util.List;
import java.util.Locale;
import reactor.core.publisher.Mono;

/** A queue that clients and workers share. */
final class Proxy {

    private Proxy() {}

    public static void main(String[] args) {
        RouterSocket front = RouterSocket.create();
        DealerSocket back = DealerSocket.create();
        Endpoint clients = front.bindNow("tcp://127.0.0.1:*");
        Endpoint workers = back.bindNow("tcp://127.0.0.1:*");
        ZmtpProxy proxy = ZmtpProxy.between(front, back); // pause(), resume(), capture(...)
        proxy.run().subscribe();

        RepSocket worker = RepSocket.create();
        worker.connectNow(workers);
        worker.serve(text -> Mono.just(Message.of(text.text().toUpperCase(Locale.ROOT))))
                .subscribe();
        ReqSocket client = ReqSocket.create();
        client.connectNow(clients);
        client.request("hello").map(Message::text).doOnNext(System.out::println).block();
        System.out.println(proxy.forward().messages() + " request passed");
        List.of(client, worker, back, front).forEach(ZmtpSocket::dispose);
    }
}
