package io.zmtp.samples.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.SubSocket;
import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kafka.server.BrokerServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Devices, the bridge, a real broker and a subscriber, over TCP. */
@Timeout(400)
class BridgeTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(180);
    private static final Duration OUTAGE = Duration.ofSeconds(10);
    private static final int MESSAGES = 100_000;
    private static final Pattern NUMBER = Pattern.compile("\"number\":(\\d+)");

    private final EmbeddedKafkaKraftBroker kafka = new EmbeddedKafkaKraftBroker(1, 1);
    private ConfigurableApplicationContext bridge;
    private PushSocket device;
    private SubSocket subscriber;

    @BeforeEach
    void start() {
        kafka.afterPropertiesSet();
        bridge = new SpringApplicationBuilder(Bridge.class)
                .run(
                        "--kafka=" + kafka.getBrokersAsString(),
                        "--bridge.devices=0",
                        "--zmtp.sockets.readings.bind=tcp://127.0.0.1:*",
                        "--zmtp.sockets.live.bind=tcp://127.0.0.1:*",
                        "--zmtp.sockets.device.connect=tcp://127.0.0.1:1");
        device = PushSocket.create();
        device.connectNow(at("readings"));
        subscriber = SubSocket.create();
        subscriber.connectNow(at("live"));
    }

    private String at(String socket) {
        return "tcp://127.0.0.1:" + bridge.getEnvironment().getProperty("local.zmtp." + socket + ".port");
    }

    @AfterEach
    void stop() {
        device.dispose();
        subscriber.dispose();
        bridge.close();
        kafka.destroy();
    }

    /** Of a size of which the network alone holds no more than a part. */
    private static Message reading(int number) {
        return Message.of("{\"device\":" + number % 3 + ",\"number\":" + number + ",\"value\":0.5,\"note\":\""
                + "x".repeat(400) + "\"}");
    }

    private long waiting() {
        return device.peers().stream().mapToLong(peer -> peer.queued()).sum();
    }

    @Test
    void deliversEverythingAlthoughTheBrokerIsAwayForAWhile() throws InterruptedException {
        BitSet arrived = new BitSet(MESSAGES);
        AtomicInteger deliveries = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(MESSAGES / 20);
        CountDownLatch all = new CountDownLatch(MESSAGES);
        subscriber.receive("device.").subscribe(message -> {
            Matcher number = NUMBER.matcher(message.last().utf8());
            if (number.find()) {
                deliveries.incrementAndGet();
                int which = Integer.parseInt(number.group(1));
                if (!arrived.get(which)) {
                    arrived.set(which);
                    begun.countDown();
                    all.countDown();
                }
            }
        });
        bridge.getBean("live", PubSocket.class).awaitSubscribers("device.", 1).block(TIMEOUT);

        AtomicInteger sent = new AtomicInteger();
        Flux<Message> readings =
                Flux.range(0, MESSAGES).map(BridgeTests::reading).doOnNext(each -> sent.incrementAndGet());
        device.send(readings).subscribe(nothing -> {}, failure -> {});
        assertThat(begun.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();

        BrokerServer broker = kafka.getCluster().brokers().get(0);
        broker.shutdown();
        broker.awaitShutdown();
        Mono<Long> outage = Mono.delay(OUTAGE).cache();
        outage.subscribe();
        // nothing moves once all queues up to the device's own are full
        Flux.interval(Duration.ofMillis(200))
                .onBackpressureDrop()
                .map(tick -> sent.get())
                .buffer(5, 1)
                .filter(counts -> waiting() > 0 && counts.stream().distinct().count() == 1)
                .blockFirst(TIMEOUT);
        int held = sent.get();
        assertThat(held).isLessThan(MESSAGES);
        System.out.println(held + " sent when the device's queue was full, " + waiting() + " of them wait there");
        outage.block(TIMEOUT);
        assertThat(sent.get()).isEqualTo(held);
        assertThat(waiting()).isPositive();
        broker.startup();

        assertThat(all.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        System.out.println(MESSAGES + " arrived, in " + deliveries + " deliveries: at least once");
    }
}
