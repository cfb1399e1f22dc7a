package io.zmtp.reactive.socket;

import io.netty.util.internal.PlatformDependent;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import java.time.Duration;
import java.util.Arrays;
import java.util.Scanner;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Peers in JVMs of their own. The first line of each says where it is bound, or that it is there. */
final class PeerMain {

    private PeerMain() {}

    public static void main(String[] arguments) {
        String endpoint = arguments[1];
        switch (arguments[0]) {
            case "pull" -> pull(endpoint);
            case "push" -> push(endpoint);
            case "rep" -> rep(endpoint);
            case "pub" -> pub(endpoint);
            case "count" -> count(endpoint);
            case "xpub" -> xpub(endpoint);
            case "values" -> values(endpoint);
            case "sub" -> sub(endpoint);
            case "proxy" -> proxy(endpoint);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void say(Object what) {
        System.out.println(what);
        System.out.flush();
    }

    /** Says each number it gets. */
    private static void pull(String endpoint) {
        PullSocket pull = PullSocket.create();
        say(pull.bindNow(endpoint));
        pull.receive().doOnNext(message -> say(message.first().utf8())).blockLast();
    }

    /** Sends numbers for ever, each with a large second part of the number's last octet. */
    private static void push(String endpoint) {
        PushSocket push = PushSocket.create(Sockets::quick);
        say(push.connectNow(endpoint));
        push.send(Flux.range(0, Integer.MAX_VALUE).map(PeerMain::numbered)).block();
    }

    static Message numbered(int number) {
        byte[] body = new byte[10_000];
        Arrays.fill(body, (byte) number);
        return Message.of(Bytes.utf8("" + number), Bytes.wrap(body));
    }

    /** Replies to all but {@code die}, of which it says that it has come. */
    private static void rep(String endpoint) {
        RepSocket rep = RepSocket.create();
        say(rep.bindNow(endpoint));
        rep.serve(request -> {
                    if (request.text().equals("die")) {
                        say("die");
                        return Mono.never();
                    }
                    return Mono.just(Message.of("re: " + request.text()));
                })
                .subscribe();
        for (Scanner orders = new Scanner(System.in); orders.hasNextLine(); ) {
            saysMemory(orders.nextLine());
        }
    }

    /** Says how many octets of direct memory Netty holds, if that is the order. */
    private static boolean saysMemory(String order) {
        if (order.equals("memory")) {
            say(PlatformDependent.usedDirectMemory());
            return true;
        }
        return false;
    }

    /** Publishes a tick every 10 ms; for every line {@code N SIZE} that it is told, N messages of so many octets, and END. */
    private static void pub(String endpoint) {
        PubSocket pub = PubSocket.create(options -> options.sendHwm(100));
        Endpoint at = pub.bindNow(endpoint);
        say(at);
        Flux.interval(Duration.ofMillis(10))
                .onBackpressureDrop()
                .concatMap(tick -> pub.send("tick", "" + tick))
                .subscribe();
        for (Scanner orders = new Scanner(System.in); orders.hasNextLine(); ) {
            String order = orders.nextLine();
            if (saysMemory(order)) {
                continue;
            }
            int count = Integer.parseInt(order.substring(0, order.indexOf(' ')));
            int size = Integer.parseInt(order.substring(order.indexOf(' ') + 1));
            Flux.range(0, count)
                    .concatMap(i -> pub.send(Message.of(Bytes.utf8("data"), Bytes.wrap(new byte[size])))
                            .then(i % 10 == 9 ? Mono.delay(Duration.ofMillis(5)).then() : Mono.empty()))
                    .then(pub.send("END"))
                    .block();
            say("sent");
        }
    }

    private static void tick(PublishingSocket pub) {
        Flux.interval(Duration.ofMillis(10))
                .onBackpressureDrop()
                .concatMap(tick -> pub.send("tick", "" + tick))
                .subscribe();
    }

    private static void saysMemory() {
        for (Scanner orders = new Scanner(System.in); orders.hasNextLine(); ) {
            saysMemory(orders.nextLine());
        }
    }

    /** Publishes a tick every 10 ms, and takes nothing of what subscribers say. */
    private static void xpub(String endpoint) {
        XPubSocket xpub = XPubSocket.create();
        say(xpub.bindNow(endpoint));
        tick(xpub);
        saysMemory();
    }

    /** Publishes 100,000 topics once, which it keeps for those who come later, and then a tick every 10 ms. */
    private static void values(String endpoint) {
        PubSocket pub = PubSocket.create(options -> options.lastValueCache(100_001));
        Flux.range(0, 100_000).concatMap(i -> pub.send("topic " + i)).blockLast();
        say(pub.bindNow(endpoint));
        tick(pub);
        saysMemory();
    }

    /** Subscribes to as many topics as it is told, one after the other, and ends that; says when it has. */
    private static void sub(String endpoints) {
        SubSocket sub = SubSocket.create(Sockets::quick);
        sub.subscribe("kept");
        for (String endpoint : endpoints.split(",")) {
            say(sub.connectNow(endpoint));
        }
        sub.receive("tick").subscribe(message -> say("tick"));
        for (Scanner orders = new Scanner(System.in); orders.hasNextLine(); ) {
            String order = orders.nextLine();
            if (!saysMemory(order)) {
                for (int i = Integer.parseInt(order); i > 0; i--) {
                    sub.subscribe("topic number " + i);
                    sub.unsubscribe("topic number " + i);
                }
                say("done");
            }
        }
    }

    /** Between the publishers that it connects to, and subscribers that connect to it. */
    private static void proxy(String endpoints) {
        XSubSocket front = XSubSocket.create(Sockets::quick);
        XPubSocket back = XPubSocket.create();
        for (String endpoint : endpoints.split(",")) {
            front.connectNow(endpoint);
        }
        ZmtpProxy.between(front, back).run().subscribe();
        say(back.bindNow("tcp://127.0.0.1:*"));
        saysMemory();
    }

    /** Says how many messages came so far, once a line that it is told. */
    private static void count(String endpoint) {
        PullSocket pull = PullSocket.create();
        say(pull.bindNow(endpoint));
        AtomicLong came = new AtomicLong();
        pull.receive().subscribe(message -> came.incrementAndGet());
        for (Scanner orders = new Scanner(System.in); orders.hasNextLine(); ) {
            if (!saysMemory(orders.nextLine())) {
                say(came.get());
            }
        }
    }
}
