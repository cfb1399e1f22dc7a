package io.zmtp.reactive.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import reactor.test.scheduler.VirtualTimeScheduler;

class PacedLogTests {

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(PacedLogTests.class);
    private PacedLog log;

    @BeforeEach
    void listen() {
        VirtualTimeScheduler.getOrSet();
        logged.start();
        logger.addAppender(logged);
        logger.setAdditive(false);
        log = new PacedLog(PacedLogTests.class);
    }

    @AfterEach
    void stop() {
        VirtualTimeScheduler.reset();
        logger.detachAppender(logged);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    private List<String> lines() {
        return logged.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private static void pass(Duration time) {
        VirtualTimeScheduler.get().advanceTimeBy(time);
    }

    @Test
    void ofAKindOneLineIsWrittenAtOnceAndThenOneAMinuteWithACount() {
        for (int i = 0; i < 500; i++) {
            log.warn("kind", "it happened");
        }
        assertThat(lines()).containsExactly("it happened");
        pass(Duration.ofMinutes(1));
        assertThat(lines()).containsExactly("it happened", "it happened (499 more in the last minute)");
    }

    @Test
    void afterAQuietMinuteTheNextOneIsAFirstOneAgain() {
        log.warn("kind", "it happened");
        pass(Duration.ofMinutes(1));
        log.warn("kind", "it happened again");
        assertThat(lines()).containsExactly("it happened", "it happened again");
    }

    @Test
    void kindsAndClassesOfFailuresArePacedEachOnItsOwn() {
        for (int i = 0; i < 3; i++) {
            log.warn("one", "one");
            log.warn("other", "other");
            log.error("failed", "failed", new IllegalStateException("secret"));
            log.error("failed", "failed", new NumberFormatException("secret"));
        }
        assertThat(lines()).hasSize(4).noneMatch(line -> line.contains("secret"));
        assertThat(logged.list).allMatch(event -> event.getThrowableProxy() == null);
        assertThat(lines().get(2)).startsWith("failed: java.lang.IllegalStateException at io.zmtp.");
    }

    @Test
    void kindsWithoutEndMakeNoLinesWithoutEnd() {
        for (int i = 0; i < 10_000; i++) {
            log.warn("kind " + i, "it happened");
        }
        assertThat(lines()).hasSize(257);
    }

    @Test
    void atDebugEachHasAStackTraceWithoutText() {
        logger.setLevel(Level.DEBUG);
        for (int i = 0; i < 3; i++) {
            log.warn("failed", "failed", new IllegalStateException("secret"));
        }
        assertThat(logged.list)
                .filteredOn(event -> event.getThrowableProxy() != null)
                .hasSize(3)
                .allSatisfy(event -> {
                    assertThat(event.getLevel()).isEqualTo(Level.DEBUG);
                    assertThat(event.getThrowableProxy().getMessage()).isEqualTo("java.lang.IllegalStateException");
                    assertThat(event.getThrowableProxy().getStackTraceElementProxyArray())
                            .isNotEmpty();
                });
    }
}
