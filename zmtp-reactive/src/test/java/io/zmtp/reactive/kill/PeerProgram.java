package io.zmtp.reactive.kill;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.delivery.Delivery;
import io.zmtp.reactive.delivery.DeliveryLevel;
import io.zmtp.reactive.delivery.DeliveryOptions;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.replay.Gap;
import io.zmtp.reactive.replay.Published;
import io.zmtp.reactive.replay.ReplayPublisher;
import io.zmtp.reactive.replay.ReplaySubscriber;
import io.zmtp.reactive.replay.Start;
import io.zmtp.reactive.replay.Update;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.SocketOptions;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import reactor.core.publisher.Flux;

/** What the JVMs that are killed do. Each line is written at once, so that what was said outlives its sender. */
final class PeerProgram {

    private static final FileOutputStream OUT = new FileOutputStream(FileDescriptor.out);

    private PeerProgram() {}

    public static void main(String[] arguments) throws IOException {
        List<String> rest = List.of(arguments).subList(1, arguments.length);
        switch (arguments[0]) {
            case "publish" -> publish(rest);
            case "subscribe" -> subscribe(rest);
            case "push" -> push(rest);
            case "pull" -> pull(rest);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    static void say(String line) {
        try {
            OUT.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException nobodyHears) {
            throw new UncheckedIOException(nobodyHears);
        }
    }

    /** Binds with a secret key, connects with a public one; {@code -} for NULL. */
    private static SocketOptions secure(SocketOptions options, String key, boolean binds) {
        SocketOptions quick = options.reconnect(Duration.ofMillis(20), Duration.ofMillis(200))
                .heartbeat(Duration.ofSeconds(5), Duration.ofSeconds(60));
        if (key.equals("-")) {
            return quick;
        }
        return quick.mechanism(
                binds
                        ? CurveMechanism.server(KeyPair.of(Bytes.z85(key)), Authenticator.anyone())
                        : CurveMechanism.client(Bytes.z85(key)));
    }

    /** A number and its padding, of a size that the number decides. */
    static String body(long number) {
        return number + ":" + "x".repeat((int) (number * 2_654_435_761L >>> 8 & 0x7f));
    }

    // ---- publications

    /** Publishes so many messages a second, until it is stopped. */
    private static void publish(List<String> arguments) throws IOException {
        String key = arguments.get(2);
        ReplayPublisher publisher = ReplayPublisher.create(options -> options.messages(10_000_000)
                .bytes(1L << 28)
                .publication(socket -> secure(socket, key, true))
                .replay(socket -> secure(socket, key, true)));
        publisher.bindNow(arguments.get(0), arguments.get(1));
        AtomicLong next = new AtomicLong(); // messages are made some ahead of their numbers
        Flux.interval(Duration.ofMillis(10))
                .onBackpressureDrop()
                .takeWhile(tick -> !stopped())
                .concatMap(tick -> publisher
                        .send(Flux.range(0, Integer.parseInt(arguments.get(3)) / 100)
                                .map(i -> Message.of("topic", body(next.getAndIncrement()))))
                        .doOnSuccess(sent -> say("P " + publisher.epoch() + " " + (publisher.next() - 1))))
                .blockLast();
        say("LAST " + publisher.epoch() + " " + (publisher.next() - 1));
        System.in.transferTo(OutputStream.nullOutputStream()); // until it is killed
    }

    private static boolean stopped() {
        try {
            return System.in.available() > 0 && System.in.read() >= 0;
        } catch (IOException ended) {
            return true;
        }
    }

    /** Says of each update what it is, and goes on behind the last one of the life before. */
    private static void subscribe(List<String> arguments) {
        String key = arguments.get(2);
        long epoch = Long.parseLong(arguments.get(3));
        long last = Long.parseLong(arguments.get(4));
        ReplaySubscriber.create(options -> options.from(epoch == 0 ? Start.oldest() : Start.at(epoch, last + 1))
                        .check(Duration.ofMillis(200))
                        .patience(Duration.ofMinutes(2))
                        .publication(socket -> secure(socket, key, false))
                        .replay(socket -> secure(socket, key, false)))
                .connect(arguments.get(0), arguments.get(1))
                .updates("top")
                .doOnNext(PeerProgram::saw)
                .blockLast();
    }

    private static void saw(Update update) {
        if (update instanceof Gap gap) {
            say("G " + gap.epoch() + " " + gap.first() + " " + gap.last());
        } else if (update instanceof Published published) {
            boolean whole = published.message().text().equals(body(published.number()));
            say((whole ? "M " : "BAD ") + published.epoch() + " " + published.number());
        }
    }

    // ---- work

    private static SocketOptions working(SocketOptions options, List<String> arguments, boolean binds) {
        int level = Integer.parseInt(arguments.get(2));
        SocketOptions working = secure(options, arguments.get(1), binds)
                .delivery(DeliveryOptions.of(DeliveryLevel.values()[level]).deadLetterAfter(Duration.ofMinutes(10)));
        return level < 2 ? working : working.routingId(Bytes.utf8(arguments.get(3)));
    }

    /** Sends so many messages a second, and says of each when it is taken over, or done, until it is stopped. */
    private static void push(List<String> arguments) throws IOException {
        PushSocket push = PushSocket.create(options -> working(options, arguments, true));
        boolean done = arguments.get(2).equals("3");
        String life = arguments.get(4);
        int rate = Integer.parseInt(arguments.get(5));
        push.bindNow(arguments.get(0));
        AtomicLong next = new AtomicLong();
        Flux.interval(Duration.ofMillis(10))
                .onBackpressureDrop()
                .takeWhile(tick -> !stopped())
                .concatMapIterable(tick -> LongStream.range(0, rate / 100)
                        .mapToObj(i -> next.getAndIncrement())
                        .toList())
                .flatMap(
                        number -> {
                            Delivery delivery = push.deliver(Message.of(life, body(number)));
                            return (done ? delivery.done() : delivery.takenOver())
                                    .doOnSuccess(taken -> say("T " + life + " " + number));
                        },
                        1000,
                        1)
                .blockLast();
        say("LAST " + life + " " + next);
        System.in.transferTo(OutputStream.nullOutputStream()); // until it is killed
    }

    /** Says of each message that it has come, before it takes it over. */
    private static void pull(List<String> arguments) {
        PullSocket pull = PullSocket.create(options -> working(options, arguments, false));
        pull.connectNow(arguments.get(0));
        if (arguments.get(2).equals("3")) {
            pull.work()
                    .doOnNext(work -> {
                        came(work.message());
                        work.done();
                    })
                    .blockLast();
        } else {
            pull.receive().doOnNext(PeerProgram::came).blockLast();
        }
    }

    private static void came(Message message) {
        String text = message.text();
        long number = Long.parseLong(text.substring(0, text.indexOf(':')));
        say((text.equals(body(number)) ? "M " : "BAD ") + message.first().utf8() + " " + number);
    }
}
