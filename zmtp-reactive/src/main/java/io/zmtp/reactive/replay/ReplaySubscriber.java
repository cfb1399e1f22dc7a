package io.zmtp.reactive.replay;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.wire.Subscription;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Flux;

/**
 * Subscribes to publications with numbers, and asks for what it missed: every message comes once and in the order of the
 * numbers, or it is said which ones are lost.
 *
 * <p>Immutable, as a description: {@link #connect} returns another one with one more publisher. Each subscriber of
 * {@link #receive} and {@link #updates} has sockets of its own, which are closed when it cancels, and begins as
 * {@link SubscriberOptions#from} says. Messages of several publishers come as they come; each has numbers of its own.
 *
 * <p>{@link ReplayPublisher} is the other side. Others that publish a topic, a number and a payload, and replay by number, can be
 * subscribed to as well; the package's documentation has that wire, and what is different with them.
 *
 * @since 0.1
 */
public final class ReplaySubscriber {

    private final SubscriberOptions options;
    private final List<ReplayEndpoints> publishers;
    private final Map<Endpoint, Start> starts;
    private final Tally tally;

    private ReplaySubscriber(
            SubscriberOptions options, List<ReplayEndpoints> publishers, Map<Endpoint, Start> starts, Tally tally) {
        this.options = options;
        this.publishers = publishers;
        this.starts = starts;
        this.tally = tally;
    }

    /** A subscriber with the default options, without publishers. */
    public static ReplaySubscriber create() {
        return create(UnaryOperator.identity());
    }

    /** A subscriber with the default options, changed, without publishers. */
    public static ReplaySubscriber create(UnaryOperator<SubscriberOptions> options) {
        return new ReplaySubscriber(options.apply(new SubscriberOptions()), List.of(), Map.of(), new Tally());
    }

    /**
     * Adds a publisher.
     *
     * @param publication where it publishes, such as {@code tcp://market:5556}
     * @param replay where it replays, such as {@code tcp://market:5557}
     * @return a subscriber to this one too; it counts together with this one
     * @throws IllegalArgumentException if one of them is no endpoint
     */
    public ReplaySubscriber connect(String publication, String replay) {
        return connect(ReplayEndpoints.of(publication, replay));
    }

    /** As {@link #connect(String, String)}. */
    public ReplaySubscriber connect(ReplayEndpoints publisher) {
        List<ReplayEndpoints> more = new ArrayList<>(publishers);
        more.add(publisher);
        return new ReplaySubscriber(options, List.copyOf(more), starts, tally);
    }

    /**
     * Begins elsewhere than {@link SubscriberOptions#from} says, such as behind what was received before:
     *
     * <pre>{@code
     * subscriber.from(Map.of(update.endpoint(), Start.after(update)))
     * }</pre>
     *
     * @param starts by the endpoint of the publication; others begin where they did
     * @return a subscriber that begins there; it counts together with this one
     */
    public ReplaySubscriber from(Map<Endpoint, Start> starts) {
        Map<Endpoint, Start> all = new HashMap<>(this.starts);
        all.putAll(starts);
        return new ReplaySubscriber(options, publishers, Map.copyOf(all), tally);
    }

    /**
     * The messages as they were given to the publishers: topic and payload.
     *
     * @param prefixes what topics begin with, in UTF-8; none for all
     * @return cold; emits on event loops or in the thread that requests, as it is requested. Fails with
     *     {@link io.zmtp.reactive.ZmtpGapException} when messages are lost, and with
     *     {@link io.zmtp.reactive.ZmtpProtocolException} if a publisher cannot do what {@link Start} asks for. It
     *     does not complete; publishers that are not there are waited for
     */
    public Flux<Message> receive(String... prefixes) {
        return receive(utf8(prefixes));
    }

    /** As {@link #receive(String...)}, for prefixes of any octets. */
    public Flux<Message> receive(List<Bytes> prefixes) {
        return updates(prefixes).handle((update, sink) -> {
            if (update instanceof Published published) {
                sink.next(published.message());
            } else if (update instanceof Gap gap) {
                sink.error(gap.toException());
            }
        });
    }

    /**
     * The messages with their numbers, and which ones are lost.
     *
     * @param prefixes what topics begin with, in UTF-8; none for all
     * @return as {@link #receive(String...)}, except that it does not fail when messages are lost: it emits a {@link Gap} in
     *     their place
     */
    public Flux<Update> updates(String... prefixes) {
        return updates(utf8(prefixes));
    }

    /** As {@link #updates(String...)}, for prefixes of any octets. */
    public Flux<Update> updates(List<Bytes> prefixes) {
        List<Bytes> wanted = prefixes.isEmpty() ? List.of(Bytes.EMPTY) : List.copyOf(prefixes);
        if (wanted.size() > Replays.MAX_PREFIXES) {
            throw new IllegalArgumentException(
                    "expected at most " + Replays.MAX_PREFIXES + " prefixes, but there are " + wanted.size());
        }
        for (Bytes prefix : wanted) {
            if (prefix.size() > Subscription.MAX_PREFIX) {
                throw new IllegalArgumentException("expected a prefix of at most " + Subscription.MAX_PREFIX
                        + " octets, but it has " + prefix.size());
            }
        }
        if (publishers.isEmpty()) {
            throw new IllegalStateException("expected a publisher to subscribe to: connect(…) adds one");
        }
        List<Flux<Update>> sources = publishers.stream()
                .map(publisher -> Source.of(publisher, wanted, options(publisher), tally))
                .toList();
        return sources.size() == 1 ? sources.get(0) : Flux.merge(Flux.fromIterable(sources), sources.size());
    }

    private SubscriberOptions options(ReplayEndpoints publisher) {
        Start start = starts.get(publisher.publication());
        return start == null ? options : options.from(start);
    }

    private static List<Bytes> utf8(String... texts) {
        return Arrays.stream(texts).map(Bytes::utf8).toList();
    }

    /** {@return the publishers that it subscribes to} */
    public List<ReplayEndpoints> publishers() {
        return publishers;
    }

    /** {@return what was received, replayed and lost so far; a copy} */
    public ReplayCounts counts() {
        return tally.now();
    }

    @Override
    public String toString() {
        return "ReplaySubscriber" + publishers;
    }
}
