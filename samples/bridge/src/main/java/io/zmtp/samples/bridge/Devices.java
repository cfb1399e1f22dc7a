package io.zmtp.samples.bridge;

import io.zmtp.reactive.socket.ConnectedPeer;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.samples.bridge.Bridge.Reading;
import io.zmtp.spring.template.ZmtpTemplate;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;

/** Sends readings as devices do, and says every second where they are. */
@Component
class Devices implements ApplicationRunner, DisposableBean {

    private static final Logger LOG = LoggerFactory.getLogger(Devices.class);

    private final ZmtpTemplate template;
    private final PushSocket socket;
    private final Bridge bridge;
    private final int devices;
    private final int rate;
    private final LongAdder sent = new LongAdder();
    private final Disposable.Composite running = Disposables.composite();

    Devices(
            ZmtpTemplate template,
            @Qualifier("device") PushSocket socket,
            Bridge bridge,
            @Value("${bridge.devices}") int devices,
            @Value("${bridge.rate}") int rate) {
        this.template = template;
        this.socket = socket;
        this.bridge = bridge;
        this.devices = devices;
        this.rate = rate;
    }

    /** While the queue is full, ticks of the clock are left out: a device measures when it can send. */
    @Override
    public void run(ApplicationArguments arguments) {
        Random random = new Random();
        if (devices > 0) {
            Flux<Reading> readings = Flux.interval(Duration.ofSeconds(1).dividedBy(rate))
                    .onBackpressureDrop()
                    .map(number -> new Reading((int) (number % devices), number, random.nextGaussian()))
                    .doOnNext(reading -> sent.increment());
            running.add(template.sendAll("device", readings).subscribe(nothing -> {}, closed -> {}));
        }
        running.add(Flux.interval(Duration.ofSeconds(1)).subscribe(tick -> report()));
    }

    private void report() {
        LOG.info(
                "{} sent, {} wait; {} taken into Kafka, {} published",
                sent,
                socket.peers().stream().mapToLong(ConnectedPeer::queued).sum(),
                bridge.taken,
                bridge.published);
    }

    @Override
    public void destroy() {
        running.dispose();
    }
}
