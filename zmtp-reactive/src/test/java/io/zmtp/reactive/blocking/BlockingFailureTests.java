package io.zmtp.reactive.blocking;

import static io.zmtp.reactive.blocking.Threads.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.monitor.DropReason;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.socket.PushSocket;
import io.zmtp.reactive.socket.RepSocket;
import io.zmtp.reactive.socket.ReqSocket;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;

/** What is seen of a handler that fails, and of a socket that is closed too early. */
class BlockingFailureTests {

    @RegisterExtension
    private final Threads threads = new Threads();

    private final Disposable.Composite open = Disposables.composite();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.zmtp.reactive");
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void close() {
        open.dispose();
        logger.detachAppender(logged);
    }

    private List<String> warnings() {
        return List.copyOf(logged.list).stream()
                .filter(line -> line.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private static @Nullable Message answer(Message body) {
        if (body.text().equals("fail")) {
            throw new IllegalStateException("secret");
        }
        return body;
    }

    private RepSocket serve(@Nullable Function<Throwable, @Nullable Message> failed, String endpoint) {
        RepSocket rep = RepSocket.create(options -> options.name("desk"));
        open.add(rep);
        BlockingSocket<RepSocket> blocking = BlockingSocket.of(rep);
        blocking.bind(endpoint);
        threads.start(() -> {
            if (failed == null) {
                blocking.serve(BlockingFailureTests::answer);
            } else {
                blocking.serve(BlockingFailureTests::answer, failed);
            }
            return null;
        });
        return rep;
    }

    private BlockingSocket<ReqSocket> ask(String endpoint) {
        BlockingSocket<ReqSocket> req = BlockingSocket.of(ReqSocket.create(options -> options.correlate(true)));
        open.add(req.socket());
        req.connect(endpoint);
        return req;
    }

    @Test
    void aRequestWhoseHandlerFailsIsLoggedAndReportedAndTheNextOneIsAnswered() {
        String endpoint = "inproc://" + UUID.randomUUID();
        RepSocket rep = serve(null, endpoint);
        Mono<MonitorEvent> dropped = rep.monitor()
                .filter(event -> event instanceof MonitorEvent.Dropped lost && lost.reason() == DropReason.UNANSWERED)
                .next()
                .cache();
        open.add(dropped.subscribe());
        BlockingSocket<ReqSocket> req = ask(endpoint);

        assertThat(req.request(Message.of("fail"), Duration.ofMillis(20))).isEmpty();
        assertThat(req.request(Message.of("next"), TIMEOUT)).contains(Message.of("next"));
        assertThat(BlockingSocket.await(dropped, TIMEOUT)).isPresent();
        assertThat(rep.drops()).containsEntry(DropReason.UNANSWERED, 1L);
        assertThat(warnings())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains("REP", "'desk'", "the handler failed", "IllegalStateException")
                        .doesNotContain("secret"));
    }

    @Test
    void aRequestWhoseHandlerFailsGetsTheReplyThatIsMadeOfTheFailure() {
        String endpoint = "inproc://" + UUID.randomUUID();
        RepSocket rep =
                serve(failure -> Message.of("failed: " + failure.getClass().getSimpleName()), endpoint);
        BlockingSocket<ReqSocket> req = ask(endpoint);

        assertThat(req.request(Message.of("fail"), TIMEOUT)).contains(Message.of("failed: IllegalStateException"));
        assertThat(req.request(Message.of("next"), TIMEOUT)).contains(Message.of("next"));
        assertThat(rep.drops()).isEmpty();
        assertThat(warnings()).isEmpty();
    }

    @Test
    void aRequestForWhichNoFailureReplyIsMadeEitherStaysUnanswered() {
        String endpoint = "inproc://" + UUID.randomUUID();
        RepSocket rep = serve(
                failure -> {
                    throw new IllegalArgumentException("again");
                },
                endpoint);
        BlockingSocket<ReqSocket> req = ask(endpoint);

        assertThat(req.request(Message.of("fail"), Duration.ofMillis(20))).isEmpty();
        assertThat(req.request(Message.of("next"), TIMEOUT)).contains(Message.of("next"));
        assertThat(rep.drops()).containsEntry(DropReason.UNANSWERED, 1L);
        assertThat(warnings()).hasSize(1);
    }

    @Test
    void closingSaysWhatWasNotWritten() {
        BlockingSocket<PushSocket> push = BlockingSocket.of(
                PushSocket.create(options -> options.name("jobs").linger(Duration.ofMillis(1))));
        push.connect("inproc://" + UUID.randomUUID());
        push.send("one");
        push.send("two");
        push.close();

        assertThat(warnings())
                .singleElement()
                .satisfies(line -> assertThat(line).contains("PUSH", "'jobs'", "2 message(s)", "linger"));
        assertThat(push.socket().drops()).containsEntry(DropReason.LINGER, 2L);
    }
}
