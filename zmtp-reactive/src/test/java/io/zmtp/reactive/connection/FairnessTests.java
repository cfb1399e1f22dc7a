package io.zmtp.reactive.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.wire.Command;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;

/** A connection that sends as fast as it can still hears its peer, and leaves its event loop to others. */
class FairnessTests {

    private static final Flux<Message> ENDLESS = Flux.generate(sink -> sink.next(Message.of("more")));

    private final LoopResources loop = LoopResources.create("flooding", 1, true);
    private final Pair pair = Pair.open(client -> client.runOn(loop), server -> server);

    @AfterEach
    void close() {
        pair.close();
        loop.disposeLater(Duration.ZERO, Duration.ofSeconds(5)).block(Pair.TIMEOUT);
    }

    @Test
    void hearsCommandsWhileItSendsWithoutEnd() {
        AtomicLong received = new AtomicLong();
        Disposable receiving = pair.server.receive().subscribe(message -> received.incrementAndGet());
        Disposable flood = pair.client.send(ENDLESS).subscribe();
        StepVerifier.create(pair.client.commands().take(100))
                .then(() -> pair.server
                        .send(Command.of("NOTE", Bytes.EMPTY))
                        .repeat(99)
                        .blockLast(Pair.TIMEOUT))
                .expectNextCount(100)
                .expectComplete()
                .verify(Pair.TIMEOUT);
        assertThat(received.get()).isPositive();
        flood.dispose();
        receiving.dispose();
    }
}
