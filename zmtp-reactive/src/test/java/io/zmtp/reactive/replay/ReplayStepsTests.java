package io.zmtp.reactive.replay;

import static io.zmtp.reactive.replay.Feeds.TIMEOUT;
import static io.zmtp.reactive.replay.Feeds.await;
import static io.zmtp.reactive.replay.ScriptedPublisher.END;
import static io.zmtp.reactive.replay.ScriptedPublisher.EPOCH;
import static io.zmtp.reactive.replay.ScriptedPublisher.live;
import static io.zmtp.reactive.replay.ScriptedPublisher.page;
import static io.zmtp.reactive.replay.ScriptedPublisher.records;
import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.test.ScriptedListener;
import io.zmtp.reactive.test.ScriptedPeer;
import io.zmtp.reactive.wire.FrameEncoder;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;

/** The steps of a replay, at each of which the connection is cut once, by either side: nothing is missing, and nothing comes twice. */
class ReplayStepsTests {

    /** So many messages there are. */
    private static final int COUNT = 10;

    private static final int PAGE = 4;

    @RegisterExtension
    final Feeds feeds = new Feeds();

    /** Where the connection is cut. */
    enum Step {
        BEFORE_THE_HANDSHAKE,
        BEFORE_THE_REQUEST,
        BEHIND_THE_REQUEST,
        IN_THE_ANSWER,
        BEHIND_A_MESSAGE,
        BEFORE_THE_END,
        IN_THE_END,
        BEHIND_THE_ANSWER
    }

    /** A step of the first answer, of the second, or of the third. */
    record Cut(boolean ours, Step step, int round) {}

    static Stream<Cut> cuts() {
        return Stream.of(true, false)
                .flatMap(ours -> Stream.of(Step.values())
                        .filter(step ->
                                !ours || step.compareTo(Step.IN_THE_ANSWER) <= 0 || step == Step.BEHIND_THE_ANSWER)
                        .flatMap(step -> Stream.of(0, 1, 2)
                                .filter(round -> round == 0 || (ours && step.compareTo(Step.BEFORE_THE_REQUEST) > 0))
                                .map(round -> new Cut(ours, step, round))));
    }

    /** What a scripted peer announces. */
    private static Metadata ready(SocketType type, boolean ours) {
        Metadata ready = Metadata.EMPTY.with(Metadata.SOCKET_TYPE, Bytes.utf8(type.name()));
        return ours ? ready.with(Wire.PROPERTY, Wire.announcement(EPOCH)) : ready;
    }

    /** Plays one side of each connection that comes, until it is cut or closed, in a thread of its own. */
    private ScriptedListener listen(Script script) {
        ScriptedListener listener = feeds.add(ScriptedPeer.listen());
        Thread thread = new Thread(() -> {
            try {
                for (int connection = 0; ; connection++) {
                    ScriptedPeer peer = listener.accept().block();
                    try {
                        script.play(feeds.add(peer), connection);
                    } catch (RuntimeException | AssertionError closed) {
                        // by the other side
                    }
                    peer.dispose();
                }
            } catch (RuntimeException over) {
                // the test
            }
        });
        thread.setDaemon(true);
        thread.start();
        return listener;
    }

    private interface Script {
        void play(ScriptedPeer peer, int connection);
    }

    /** Answers requests, except where it cuts the first connection. */
    private static final class Router implements Script {

        volatile int connections;
        private final Cut cut;

        Router(Cut cut) {
            this.cut = cut;
        }

        @Override
        public void play(ScriptedPeer peer, int connection) {
            connections = connection + 1;
            boolean cuts = connection == 0;
            if (cuts && cut.step == Step.BEFORE_THE_HANDSHAKE) {
                return;
            }
            peer.handshake(ready(SocketType.ROUTER, cut.ours)).block(TIMEOUT);
            for (int round = 0; !cuts || round <= cut.round; round++) {
                boolean now = cuts && round == cut.round;
                if (now && cut.step == Step.BEFORE_THE_REQUEST) {
                    return;
                }
                Message request = peer.readMessage().block(TIMEOUT).prepend(Bytes.EMPTY);
                if (now && cut.step == Step.BEHIND_THE_REQUEST) {
                    return;
                }
                List<Message> answer = cut.ours ? List.of(ours(request)) : plainly(Wire.toNumber(request.part(2)));
                for (int i = 0; i < answer.size(); i++) {
                    boolean last = i == answer.size() - 1;
                    Bytes octets = FrameEncoder.encode(answer.get(i));
                    if (now && (last && cut.step == Step.BEFORE_THE_END)) {
                        return;
                    }
                    if (now && cut.step == (last && !cut.ours ? Step.IN_THE_END : Step.IN_THE_ANSWER)) {
                        peer.write(octets.slice(0, octets.size() / 2)).block(TIMEOUT);
                        return;
                    }
                    peer.write(octets).block(TIMEOUT);
                    if (now && cut.step == Step.BEHIND_A_MESSAGE) {
                        return;
                    }
                }
            }
        }

        private Message ours(Message request) {
            Query query = Query.read(request);
            long first = Math.max(0, query.first());
            long last = Math.min(Math.min(query.last(), COUNT - 1), first + PAGE - 1);
            return page(
                    request,
                    0,
                    last,
                    COUNT,
                    records(LongStream.rangeClosed(first, last).toArray()));
        }

        private List<Message> plainly(long first) {
            return Stream.concat(LongStream.range(first, COUNT).mapToObj(ScriptedPublisher::plain), Stream.of(END))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cuts")
    void aSubscriberGetsAllOfAPublisherThatCutsAReplay(Cut cut) {
        Router router = new Router(cut);
        ScriptedListener replay = listen(router);
        ScriptedListener publication = listen((peer, connection) -> {
            peer.handshake(ready(SocketType.PUB, cut.ours)).block(TIMEOUT);
            peer.readFrame().then(peer.readFrame()).block(); // until it goes
        });
        ReplaySubscriber subscriber = Feeds.subscriber(
                ReplayEndpoints.of(
                        publication.endpoint().toString(), replay.endpoint().toString()),
                options -> options.from(Start.at(0)));
        assertThat(numbers(subscriber, () -> router.connections == 2))
                .isEqualTo(LongStream.range(0, COUNT).boxed().toList());
    }

    /** The numbers of all that comes until something else is so too; -1 for a gap. */
    private List<Long> numbers(ReplaySubscriber subscriber, BooleanSupplier until) {
        List<Long> numbers = new CopyOnWriteArrayList<>();
        feeds.add(subscriber
                .updates()
                .map(update -> update instanceof Gap ? -1L : update.last())
                .subscribe(numbers::add));
        await(() -> numbers.size() >= COUNT && until.getAsBoolean());
        return List.copyOf(numbers);
    }

    /** What is published comes over another connection, and may say first that the publisher was started again. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anAnswerToAQuestionToAnotherEpochSaysNothingOfThisOne(boolean filtered) {
        Tally tally = new Tally();
        List<Bytes> prefixes = filtered ? List.of(Bytes.utf8("t")) : List.of(Bytes.EMPTY);
        Sequence sequence =
                new Sequence(Endpoint.parse("tcp://a:1"), prefixes, Start.at(EPOCH - 1, 3), Bytes.EMPTY, tally);
        sequence.live(live(4), OptionalLong.of(EPOCH - 1));
        Query query = sequence.query(1, 100_000);
        sequence.live(live(2), OptionalLong.of(EPOCH));
        Page page = new Page(1, EPOCH, 0, 2, 3, Bytes.EMPTY); // no messages of the other epoch
        sequence.page(query, page, null);
        assertThat(tally.now().lost()).isEqualTo(1);
        assertThat(sequence.query(2, 100_000)).returns(EPOCH, Query::epoch).returns(0L, Query::first);
    }

    private static Sequence sequence(Start start) {
        return new Sequence(Endpoint.parse("tcp://a:1"), List.of(Bytes.EMPTY), start, Bytes.EMPTY, new Tally());
    }

    @Test
    void whatAPublisherThatHasGoneLeftOpenIsLostWhenAnotherOneAnswers() {
        Sequence sequence = sequence(Start.at(EPOCH - 1, 3));
        sequence.live(live(5), OptionalLong.of(EPOCH - 1));
        Query query = sequence.query(1, 100_000);
        sequence.page(query, new Page(1, EPOCH, 0, 2, 3, Bytes.EMPTY), null);
        sequence.tick(false, true, 1000); // what was published is not read, as there is no room
        assertThat(sequence.row.poll()).isInstanceOf(Gap.class).returns(4L, Update::last);
        assertThat(sequence.row.poll()).isInstanceOf(Published.class).returns(5L, Update::last);
    }

    @Test
    void aPublisherThatIsAboutToGoIsNotFollowedAgain() {
        Sequence sequence = sequence(Start.at(EPOCH - 1, 0));
        sequence.live(live(0), OptionalLong.of(EPOCH - 1));
        sequence.live(live(0), OptionalLong.of(EPOCH));
        Query query = sequence.query(1, 100_000);
        sequence.page(query, new Page(1, EPOCH - 1, 0, 0, 1, Bytes.EMPTY), null);
        sequence.tick(true, true, 1000);
        sequence.tick(true, true, 1000);
        assertThat(sequence.query(2, 100_000)).returns(EPOCH, Query::epoch);
    }

    /** Where the connection of a publication is cut. */
    enum LiveStep {
        BEFORE_THE_HANDSHAKE,
        BEFORE_THE_SUBSCRIPTION,
        BEHIND_THE_SUBSCRIPTION,
        IN_A_MESSAGE,
        BEHIND_A_MESSAGE
    }

    @ParameterizedTest
    @EnumSource
    void aSubscriberGetsAllOfAPublisherThatCutsItsPublication(LiveStep step) {
        for (boolean ours : List.of(true, false)) {
            ScriptedListener replay = listen(new Router(new Cut(ours, Step.BEHIND_THE_ANSWER, Integer.MAX_VALUE)));
            AtomicInteger connections = new AtomicInteger();
            ScriptedListener publication = listen((peer, connection) -> {
                connections.incrementAndGet();
                boolean cuts = connection == 0;
                if (cuts && step == LiveStep.BEFORE_THE_HANDSHAKE) {
                    return;
                }
                peer.handshake(ready(SocketType.PUB, ours)).block(TIMEOUT);
                if (cuts && step == LiveStep.BEFORE_THE_SUBSCRIPTION) {
                    return;
                }
                peer.readFrame().block(TIMEOUT);
                if (cuts && step == LiveStep.BEHIND_THE_SUBSCRIPTION) {
                    return;
                }
                if (cuts) {
                    Bytes octets = FrameEncoder.encode(live(COUNT / 2));
                    boolean whole = step == LiveStep.BEHIND_A_MESSAGE;
                    peer.write(whole ? octets : octets.slice(0, octets.size() / 2))
                            .block(TIMEOUT);
                    return;
                }
                peer.send(live(COUNT - 2)).then(peer.send(live(COUNT - 1))).block(TIMEOUT);
                peer.readFrame().block(); // until it goes
            });
            ReplaySubscriber subscriber = Feeds.subscriber(
                    ReplayEndpoints.of(
                            publication.endpoint().toString(), replay.endpoint().toString()),
                    options -> options.from(Start.at(0)));
            assertThat(numbers(subscriber, () -> connections.get() == 2))
                    .isEqualTo(LongStream.range(0, COUNT).boxed().toList());
        }
    }

    /** A subscriber goes at each step, without a farewell; the publisher keeps nothing of it, and serves the next one. */
    @ParameterizedTest
    @MethodSource("cuts")
    void aPublisherServesTheNextSubscriberWhenOneCutsAReplay(Cut cut) {
        ReplayPublisher publisher = feeds.publisher(options -> options);
        ReplayEndpoints at = publisher.bindNow("tcp://127.0.0.1:*", "tcp://127.0.0.1:*");
        Bytes padding = Bytes.wrap(
                new byte[100_000]); // so that a page has two of them, and an answer does not fit into buffers
        publisher
                .send(Flux.range(0, COUNT).map(i -> Message.of(Bytes.utf8("t"), padding)))
                .block(TIMEOUT);
        ScriptedPeer peer = feeds.add(ScriptedPeer.connect(at.replay()).block(TIMEOUT));
        goAt(peer, cut);
        peer.dispose();
        ReplaySubscriber next = Feeds.subscriber(at, options -> options.from(Start.at(0)));
        assertThat(numbers(next, () -> true))
                .isEqualTo(LongStream.range(0, COUNT).boxed().toList());
        await(() -> publisher.replay().peers().size() == 1 && publisher.answering() == 0);
    }

    private static void goAt(ScriptedPeer peer, Cut cut) {
        if (cut.step == Step.BEFORE_THE_HANDSHAKE) {
            return;
        }
        peer.handshake(SocketType.DEALER).block(TIMEOUT);
        for (int round = 0; round <= cut.round; round++) {
            boolean now = round == cut.round;
            Message request = cut.ours
                    ? new Query(round, Query.Mode.MESSAGES, 0, 2L * round, Long.MAX_VALUE, 256 * 1024, List.of())
                            .toMessage()
                    : Message.of(Bytes.EMPTY, Wire.number(0));
            Bytes octets = FrameEncoder.encode(request);
            if (now && cut.step == Step.BEFORE_THE_REQUEST) {
                peer.write(octets.slice(0, octets.size() / 2)).block(TIMEOUT);
                return;
            }
            peer.write(octets).block(TIMEOUT);
            if (now && cut.step == Step.BEHIND_THE_REQUEST) {
                return;
            }
            if (now && cut.step == Step.IN_THE_ANSWER) {
                peer.read(1000).block(TIMEOUT);
                return;
            }
            int messages = cut.ours || cut.step == Step.BEHIND_A_MESSAGE ? 1 : COUNT;
            for (int i = 0; i < messages; i++) {
                peer.readMessage().block(TIMEOUT);
            }
            if (now && cut.step == Step.IN_THE_END) {
                peer.read(5).block(TIMEOUT);
            }
            if (now && !cut.ours && cut.step == Step.BEHIND_THE_ANSWER) {
                assertThat(peer.readMessage().block(TIMEOUT)).isEqualTo(END);
            }
        }
    }
}
