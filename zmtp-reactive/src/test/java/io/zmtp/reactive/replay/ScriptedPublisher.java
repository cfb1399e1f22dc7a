package io.zmtp.reactive.replay;

import static io.zmtp.reactive.replay.Feeds.TIMEOUT;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.RouterSocket;
import io.zmtp.reactive.wire.FrameEncoder;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;

/** A PUB and a ROUTER: publishes what a test gives it, and answers each request with what a function makes of it. */
final class ScriptedPublisher {

    static final long EPOCH = 0x4000_0000_0000_0007L;

    final PubSocket publication;
    final RouterSocket replay;
    final ReplayEndpoints at;

    ScriptedPublisher(Feeds feeds, boolean ours, Function<Message, List<Message>> answers) {
        Bytes announced = Wire.announcement(EPOCH);
        publication =
                feeds.add(PubSocket.create(o -> ours ? o.noDrop().metadata(Wire.PROPERTY, announced) : o.noDrop()));
        replay = feeds.add(
                RouterSocket.create(o -> ours ? o.mandatory().metadata(Wire.PROPERTY, announced) : o.mandatory()));
        at = new ReplayEndpoints(publication.bindNow("tcp://127.0.0.1:*"), replay.bindNow("tcp://127.0.0.1:*"));
        replay.send(replay.receive()
                        .concatMapIterable(request -> answers.apply(request).stream()
                                .map(answer -> answer.prepend(request.first()))
                                .toList()))
                .subscribe(nothing -> {}, closed -> {});
    }

    void publish(long... numbers) {
        publication.awaitSubscribers("", 1).block(TIMEOUT);
        for (long number : numbers) {
            publication.send(live(number)).block(TIMEOUT);
        }
    }

    ReplaySubscriber subscriber(UnaryOperator<SubscriberOptions> options) {
        return Feeds.subscriber(at, options);
    }

    static Message live(long number) {
        return Message.of(Bytes.utf8("t"), Wire.number(number), Bytes.utf8("" + number));
    }

    static Message plain(long number) {
        return Message.of(Bytes.EMPTY, Wire.number(number), Bytes.utf8("" + number));
    }

    static final Message END = Message.of(Bytes.EMPTY, Wire.END_PART, Bytes.EMPTY);

    /** As a plain publisher that has this much. */
    static Function<Message, List<Message>> having(int from, int to) {
        return request -> Stream.concat(
                        IntStream.range(from, to)
                                .filter(number -> number >= Wire.toNumber(request.part(2)))
                                .mapToObj(ScriptedPublisher::plain),
                        Stream.of(END))
                .toList();
    }

    static Flux<Long> numbers(Flux<Update> updates) {
        return updates.map(update -> update instanceof Gap gap ? -gap.count() : update.last());
    }

    static Message page(Message request, long oldest, long through, long next, byte[] records) {
        Query query = Query.read(request);
        int id = query == null ? 0 : query.id();
        return new Page(id, EPOCH, oldest, through, next, Bytes.wrap(records))
                .toMessage(Bytes.EMPTY)
                .skip(1);
    }

    static byte[] records(long... numbers) {
        byte[] all = new byte[numbers.length * 40];
        int end = 0;
        for (long number : numbers) {
            Message message = Message.of("t", "" + number);
            end = Records.write(number, message, (int) FrameEncoder.size(message), all, end);
        }
        return Arrays.copyOf(all, end);
    }
}
