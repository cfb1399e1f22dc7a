package io.zmtp.samples.webflux;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.ZmtpSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the page at {@code /} watches, and what its buttons do. */
@RestController
class Dashboard {

    private static final Duration PERIOD = Duration.ofMillis(200);
    private static final int A_MINUTE = (int) Duration.ofSeconds(62).dividedBy(PERIOD);

    private final Map<String, ZmtpSocket> sockets;
    private final Market market;
    private final Desk desk;
    private final Watch watch;
    private final MeterRegistry meters;
    private final int hwm;
    private final Flux<Status.Sample> samples;

    Dashboard(
            Map<String, ZmtpSocket> sockets,
            Market market,
            Desk desk,
            Watch watch,
            MeterRegistry meters,
            @Value("${zmtp.sockets.feed.send-hwm}") int hwm) {
        this.sockets = sockets;
        this.market = market;
        this.desk = desk;
        this.watch = watch;
        this.meters = meters;
        this.hwm = hwm;
        this.samples = Flux.interval(PERIOD)
                .onBackpressureDrop()
                .map(beat -> sample())
                .takeUntilOther(sockets.get("ticks").onClose())
                .replay(A_MINUTE)
                .autoConnect(0);
    }

    /** Ends with the socket {@code ticks}, so that no page holds up the shutdown. */
    @GetMapping(path = "/live", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<Object>> live() {
        Flux<ServerSentEvent<Object>> states =
                Flux.interval(Duration.ZERO, PERIOD).onBackpressureDrop().map(beat -> event("status", status()));
        Flux<ServerSentEvent<Object>> past = latest(samples).map(sample -> event("sample", sample));
        Flux<ServerSentEvent<Object>> log = latest(watch.log()).map(entry -> event("log", entry));
        return Flux.merge(past, states, log).takeUntilOther(sockets.get("ticks").onClose());
    }

    /** For a page that does not read, no more is kept than what it would be sent at its beginning. */
    private static <T> Flux<T> latest(Flux<T> all) {
        return all.onBackpressureBuffer(A_MINUTE, BufferOverflowStrategy.DROP_OLDEST);
    }

    private static ServerSentEvent<Object> event(String name, Object data) {
        return ServerSentEvent.builder(data).event(name).build();
    }

    private Status status() {
        return new Status(
                System.currentTimeMillis(),
                market.isOpen(),
                desk.isSlow(),
                market.published(),
                desk.taken(),
                dropped(),
                desk.lag(),
                hwm,
                queued(),
                watch.states(),
                peers(),
                desk.latest());
    }

    private Status.Sample sample() {
        return new Status.Sample(
                System.currentTimeMillis(), market.published(), desk.taken(), dropped(), queued(), prices());
    }

    private Map<String, Double> prices() {
        return desk.latest().stream().collect(Collectors.toMap(Tick::symbol, Tick::price, (one, other) -> other));
    }

    private long queued() {
        return sockets.get("feed").peers().stream()
                .filter(peer -> isOfDesk(peer.endpoint().toString()))
                .mapToLong(ConnectedPeer::queued)
                .max()
                .orElse(0);
    }

    /** The starter keeps meters of all sockets. */
    private long dropped() {
        return (long) meters.find("zmtp.messages.dropped").tag("messaging.destination.name", "feed").counters().stream()
                .filter(counter -> isOfDesk(counter.getId().getTag("endpoint")))
                .mapToDouble(Counter::count)
                .sum();
    }

    /** Browsers come by WebSocket. */
    private static boolean isOfDesk(@Nullable String endpoint) {
        return endpoint != null && endpoint.startsWith("tcp:");
    }

    private List<Status.PeerStatus> peers() {
        return sockets.entrySet().stream()
                .flatMap(
                        each -> each.getValue().peers().stream().map(peer -> Status.PeerStatus.of(each.getKey(), peer)))
                .toList();
    }

    @PostMapping("/desk/slow")
    void slow() {
        desk.slow(true);
    }

    @PostMapping("/desk/fast")
    void fast() {
        desk.slow(false);
    }

    @PostMapping("/market/kill")
    Mono<Void> kill() {
        return market.kill();
    }

    @PostMapping("/market/revive")
    Mono<Void> revive() {
        return market.revive();
    }
}
