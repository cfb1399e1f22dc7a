package io.zmtp.spring.core;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.replay.Gap;
import io.zmtp.reactive.replay.Published;
import io.zmtp.reactive.replay.ReplaySubscriber;
import io.zmtp.reactive.replay.Start;
import io.zmtp.reactive.replay.Update;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * A subscription without gaps under the name of a socket. It has no socket of its own: each of its subscribers has some, as
 * long as it is there.
 *
 * @since 0.1
 */
public final class ReplaySubscription {

    private static final Log LOG = LogFactory.getLog(ReplaySubscription.class);

    private final String name;
    private final List<String> prefixes;
    private final OnGap onGap;
    private final ReplaySubscriber subscriber;
    private final Set<ZmtpSocket> sockets = ConcurrentHashMap.newKeySet();
    private final List<Consumer<ZmtpSocket>> watching = new CopyOnWriteArrayList<>();
    private final Sinks.Empty<Void> end = Sinks.empty();

    /**
     * A subscription that nobody has subscribed to.
     *
     * @param prefixes what topics begin with, where a subscriber names none; none for all
     * @param subscriber makes the subscriber, given what it is to call with each of its sockets
     */
    public ReplaySubscription(
            String name,
            List<String> prefixes,
            OnGap onGap,
            Function<Consumer<ZmtpSocket>, ReplaySubscriber> subscriber) {
        this.name = name;
        this.prefixes = prefixes;
        this.onGap = onGap;
        this.subscriber = subscriber.apply(this::made);
    }

    private void made(ZmtpSocket socket) {
        sockets.add(socket);
        watching.forEach(each -> each.accept(socket));
        socket.onClose().onErrorComplete().subscribe(never -> {}, never -> {}, () -> sockets.remove(socket));
    }

    /** {@return its name} */
    public String name() {
        return name;
    }

    /** {@return what becomes of gaps} */
    public OnGap onGap() {
        return onGap;
    }

    /** {@return what it subscribes with, and counts by} */
    public ReplaySubscriber subscriber() {
        return subscriber;
    }

    /** {@return the sockets of those who subscribe now: those of publications, and those that ask for what was missed} */
    public List<ZmtpSocket> sockets() {
        return List.copyOf(sockets);
    }

    /** Calls with each socket that is made from now on, before it is connected. */
    public void watch(Consumer<ZmtpSocket> watcher) {
        watching.add(watcher);
    }

    /**
     * What is published, and the gaps if they are emitted.
     *
     * @param topics prefixes; none for those of the subscription
     * @param starts where it begins at some publications, as {@link ReplaySubscriber#from}
     * @param seen called with each update before it is emitted, and with each gap whatever becomes of it
     * @return as {@link ReplaySubscriber#updates(String...)}; completes when the application ends
     */
    public Flux<Update> updates(List<String> topics, Map<Endpoint, Start> starts, Consumer<Update> seen) {
        List<String> wanted = topics.isEmpty() ? prefixes : topics;
        return subscriber
                .from(starts)
                .updates(wanted.toArray(String[]::new))
                .<Update>handle((update, sink) -> {
                    seen.accept(update);
                    if (!(update instanceof Gap gap) || onGap == OnGap.EMIT) {
                        sink.next(update);
                    } else if (onGap == OnGap.FAIL) {
                        sink.error(gap.toException());
                    } else {
                        LOG.warn("ZMTP socket '" + name + "': "
                                + gap.toException().getMessage());
                    }
                })
                .takeUntilOther(end.asMono());
    }

    /** All that it is subscribed to, from where its options say. */
    public Flux<Update> updates() {
        return updates(List.of(), Map.of(), update -> {});
    }

    /** The messages alone, as {@link #updates()}; gaps that are emitted are for those who take updates. */
    public Flux<Message> messages() {
        return updates().ofType(Published.class).map(Published::message);
    }

    /** Completes what is subscribed to now and later. */
    public void end() {
        end.tryEmitEmpty();
    }
}
