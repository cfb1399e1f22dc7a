package io.zmtp.reactive.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.socket.PullSocket;
import io.zmtp.reactive.socket.PushSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;

class MicrometerRecorderTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final MicrometerRecorder recorder = MicrometerRecorder.of(registry);
    private final Disposable.Composite open = Disposables.composite();

    @AfterEach
    void close() {
        open.dispose();
    }

    private double count(String meter, String type, Endpoint endpoint) {
        return registry.get(meter)
                .tags("zmtp.socket.type", type, "endpoint", endpoint.toString())
                .counter()
                .count();
    }

    @Test
    void countsWhatIsSentAndReceived() {
        PushSocket push = PushSocket.create(options -> options.recorder(recorder));
        PullSocket pull = PullSocket.create(options -> options.recorder(recorder));
        open.add(push);
        open.add(pull);
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        push.connectNow(endpoint);
        push.send(Flux.range(0, 1000).map(i -> Message.of("12345678"))).block(TIMEOUT);
        pull.receive().take(1000).blockLast(TIMEOUT);
        push.flush().block(TIMEOUT);

        assertThat(count("zmtp.messages.received", "PULL", endpoint)).isEqualTo(1000);
        assertThat(count("zmtp.bytes.received", "PULL", endpoint)).isEqualTo(10_000);
        assertThat(count("zmtp.messages.sent", "PUSH", endpoint)).isEqualTo(1000);
        assertThat(count("zmtp.bytes.sent", "PUSH", endpoint)).isEqualTo(10_000);
        assertThat(registry.get("zmtp.handshakes")
                        .tag("zmtp.socket.type", "PUSH")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    /** Prometheus shows it as HELP. */
    @Test
    void describesEveryMeter() {
        recorder.sent(SocketType.PUSH, Endpoint.parse("tcp://peer:1"), 2, 10);
        recorder.dropped(SocketType.PUSH, Endpoint.parse("tcp://peer:1"), DropReason.LINGER, 1);

        assertThat(registry.getMeters())
                .hasSizeGreaterThan(10)
                .allSatisfy(meter -> assertThat(meter.getId().getDescription())
                        .as("%s", meter.getId())
                        .isNotBlank());
    }

    @Test
    void hasFurtherTags() {
        MicrometerRecorder named = MicrometerRecorder.of(registry, Tags.of("messaging.destination.name", "jobs"));
        named.sent(SocketType.PUSH, Endpoint.parse("tcp://peer:1"), 2, 10);
        assertThat(registry.get("zmtp.messages.sent")
                        .tags(
                                "messaging.destination.name",
                                "jobs",
                                "zmtp.socket.type",
                                "PUSH",
                                "endpoint",
                                "tcp://peer:1")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void countsPeersThatComeAndGo() {
        PullSocket pull = PullSocket.create(options -> options.recorder(recorder));
        open.add(pull);
        Endpoint endpoint = pull.bindNow("tcp://127.0.0.1:*");
        PushSocket push = PushSocket.create();
        open.add(push);
        push.connectNow(endpoint);
        pull.onPeer().blockFirst(TIMEOUT);
        assertThat(registry.get("zmtp.peers").gauge().value()).isEqualTo(1);
        var gone = pull.monitor().ofType(MonitorEvent.Disconnected.class).next().toFuture();

        push.close().block(TIMEOUT);

        assertThat(gone).succeedsWithin(TIMEOUT);
        assertThat(registry.get("zmtp.peers").gauge().value()).isZero();
    }

    @Test
    void countsDropsByReason() {
        PushSocket push = PushSocket.create(
                options -> options.recorder(recorder).sendHwm(2).onFull(Overflow.DROP_NEWEST));
        open.add(push);
        push.connectNow("tcp://127.0.0.1:1");

        push.send(Flux.range(0, 5).map(i -> Message.of("" + i))).block(TIMEOUT);

        assertThat(registry.get("zmtp.messages.dropped")
                        .tag("reason", "QUEUE_FULL")
                        .counter()
                        .count())
                .isEqualTo(3);
    }

    @Test
    void timesPings() {
        PullSocket pull = PullSocket.create();
        PushSocket push = PushSocket.create(
                options -> options.recorder(recorder).heartbeat(Duration.ofMillis(20), Duration.ofSeconds(5)));
        open.add(pull);
        open.add(push);
        push.connectNow(pull.bindNow("tcp://127.0.0.1:*"));
        push.onPeer().blockFirst(TIMEOUT);

        Flux.interval(Duration.ofMillis(10))
                .filter(tick -> registry.get("zmtp.ping").timer().count() > 1)
                .blockFirst(TIMEOUT);

        assertThat(registry.get("zmtp.ping").timer().max(java.util.concurrent.TimeUnit.SECONDS))
                .isBetween(0.0, 5.0);
    }
}
