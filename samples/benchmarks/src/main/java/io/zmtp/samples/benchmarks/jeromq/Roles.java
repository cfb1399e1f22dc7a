package io.zmtp.samples.benchmarks.jeromq;

import static java.util.Map.entry;

import io.zmtp.samples.benchmarks.measure.Latencies;
import io.zmtp.samples.benchmarks.measure.Schedule;
import io.zmtp.samples.benchmarks.measure.Settings;
import io.zmtp.samples.benchmarks.measure.Window;
import java.util.Locale;
import java.util.Map;
import java.util.Scanner;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/** The roles by their names. */
public final class Roles {

    /** What runs, by name. */
    public static final Map<String, Consumer<Settings>> ALL = Map.ofEntries(
            entry("push", Roles::push),
            entry("pull", Roles::pull),
            entry("rep", Roles::reply),
            entry("req", Roles::request),
            entry("pub", Roles::publish),
            entry("offer", Roles::offer),
            entry("sub", Roles::subscribe),
            entry("open", Roles::openLoop),
            entry("hssrv", Roles::echo),
            entry("hscli", Roles::shakeHands),
            entry("connsrv", Roles::serveConnections),
            entry("conncli", Roles::openConnections),
            entry("cold", Roles::cold));

    private Roles() {}

    private static void push(Settings settings) {
        Context context = new Context(settings);
        for (int i = 1; i < settings.threads(); i++) {
            new Thread(() -> sendForEver(context.connected(SocketType.PUSH), settings), "sender-" + i).start();
        }
        sendForEver(context.connected(SocketType.PUSH), settings);
    }

    private static void sendForEver(ZMQ.Socket socket, Settings settings) {
        byte[] part = settings.payload();
        for (; ; ) {
            send(socket, part, settings.parts());
        }
    }

    private static void send(ZMQ.Socket socket, byte[] part, int parts) {
        for (int i = 1; i < parts; i++) {
            socket.send(part, ZMQ.SNDMORE);
        }
        socket.send(part, 0);
    }

    private static void pull(Settings settings) {
        ZMQ.Socket pull = new Context(settings).bound(SocketType.PULL);
        Window window = new Window(settings);
        for (; ; ) {
            check(pull.recv(0), settings);
            if (!pull.hasReceiveMore()) {
                window.count();
            }
        }
    }

    /** A frame of a CURVE connection may come out still encrypted when the queue was full, 33 octets longer. */
    private static void check(byte[] part, Settings settings) {
        int size = settings.size();
        if (part.length != size && !(settings.isCurve() && part.length == size + 33)) {
            throw new IllegalStateException("expected " + size + " octets, but " + part.length + " came");
        }
    }

    private static void reply(Settings settings) {
        ZMQ.Socket rep = new Context(settings).bound(SocketType.REP);
        for (; ; ) {
            rep.send(rep.recv(0), 0);
        }
    }

    private static void request(Settings settings) {
        ZMQ.Socket req = new Context(settings).connected(SocketType.REQ);
        byte[] request = settings.payload();
        Latencies latencies = new Latencies(settings);
        while (!latencies.isDone()) {
            long asked = System.nanoTime();
            req.send(request, 0);
            check(req.recv(0), settings);
            latencies.record(asked, System.nanoTime());
        }
        idle();
    }

    private static void publish(Settings settings) {
        Context context = new Context(settings);
        ZMQ.Socket pub = context.unbound(SocketType.PUB);
        pub.setXpubNoDrop(settings.waits());
        pub.bind(settings.endpoint());
        System.out.println("READY");
        sendForEver(pub, settings);
    }

    /** XPUB, for its subscriptions have to be counted; it publishes as PUB does. */
    private static void offer(Settings settings) {
        ZMQ.Socket pub = new Context(settings).unbound(SocketType.XPUB);
        pub.setXpubVerbose(true);
        pub.bind(settings.endpoint());
        System.out.println("READY");
        for (int i = 0; i < settings.subscribers(); i++) {
            pub.recv(0);
        }
        Window window = new Window(settings);
        byte[] part = settings.payload();
        for (; ; ) {
            send(pub, part, settings.parts());
            window.count();
        }
    }

    private static void subscribe(Settings settings) {
        Context context = new Context(settings);
        int count = settings.subscribers();
        ZMQ.Socket[] subs = new ZMQ.Socket[count];
        ZMQ.Poller poller = context.poller(count);
        for (int i = 0; i < count; i++) {
            subs[i] = context.calling(SocketType.SUB);
            subs[i].subscribe(new byte[0]);
            subs[i].connect(settings.endpoint());
            poller.register(subs[i], ZMQ.Poller.POLLIN);
        }
        Window window = new Window(settings);
        for (; ; ) {
            poller.poll(-1);
            for (int i = 0; i < count; i++) {
                if (poller.pollin(i)) {
                    drain(subs[i], settings, window);
                }
            }
        }
    }

    private static void drain(ZMQ.Socket socket, Settings settings, Window window) {
        for (int i = 0; i < 1000; i++) {
            byte[] part = socket.recv(ZMQ.DONTWAIT);
            if (part == null) {
                return;
            }
            check(part, settings);
            if (!socket.hasReceiveMore()) {
                window.count();
            }
        }
    }

    private static void echo(Settings settings) {
        ZMQ.Socket router = new Context(settings).bound(SocketType.ROUTER);
        for (; ; ) {
            byte[] part = router.recv(0);
            router.send(part, router.hasReceiveMore() ? ZMQ.SNDMORE : 0);
        }
    }

    private static void shakeHands(Settings settings) {
        Context context = new Context(settings);
        ZMQ.Socket[] dealers = new ZMQ.Socket[settings.concurrency()];
        Window window = new Window(settings, 1);
        for (; ; ) {
            for (int i = 0; i < dealers.length; i++) {
                dealers[i] = context.connected(SocketType.DEALER);
                dealers[i].send(new byte[1], 0);
            }
            for (ZMQ.Socket dealer : dealers) {
                dealer.recv(0);
                dealer.close();
                window.count();
            }
        }
    }

    /** One thread, which sends what is due, and receives in between. */
    private static void openLoop(Settings settings) {
        ZMQ.Socket dealer = new Context(settings).connected(SocketType.DEALER);
        dealer.send(settings.payload(), 0);
        dealer.recv(0); // so it is connected
        Latencies latencies = new Latencies(settings);
        Schedule schedule = new Schedule(settings);
        while (!latencies.isDone()) {
            while (schedule.isDue()) {
                dealer.send(schedule.next(), 0);
            }
            byte[] reply = dealer.recv(ZMQ.DONTWAIT);
            if (reply != null) {
                latencies.record(Schedule.due(reply), System.nanoTime());
            }
        }
        idle();
    }

    private static void serveConnections(Settings settings) {
        ZMQ.Socket pull = new Context(settings).bound(SocketType.PULL);
        long began = 0;
        for (int i = 0; i < settings.connections(); i++) {
            pull.recv(0);
            if (i == 0) {
                began = System.nanoTime();
            }
        }
        System.out.printf(
                Locale.ROOT, "RESULT n=%d s=%.6f%n", settings.connections(), (System.nanoTime() - began) / 1e9);
        idle();
    }

    private static void openConnections(Settings settings) {
        ZMQ.Socket push = new Context(settings).calling(SocketType.PUSH);
        System.out.println("READY");
        new Scanner(System.in).nextLine();
        for (int i = 0; i < settings.connections(); i++) {
            push.connect(settings.endpoint());
        }
        for (int i = 0; i < settings.connections(); i++) {
            push.send(new byte[1], 0);
        }
        idle();
    }

    private static void cold(Settings settings) {
        Context context = new Context(settings);
        ZMQ.Socket pull = context.unbound(SocketType.PULL);
        int port = pull.bindToRandomPort("tcp://127.0.0.1");
        ZMQ.Socket push = context.calling(SocketType.PUSH);
        push.connect("tcp://127.0.0.1:" + port);
        push.send("hello");
        System.out.println("GOT " + pull.recvStr());
        System.exit(0);
    }

    /** Keeps the process, and what it holds, until it is stopped. */
    private static void idle() {
        for (; ; ) {
            LockSupport.park();
        }
    }
}
