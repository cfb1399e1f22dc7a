package io.zmtp.reactive.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.monitor.MonitorEvent;
import io.zmtp.reactive.socket.PubSocket;
import io.zmtp.reactive.socket.PushSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A socket that connects to what it cannot talk to says so in the log, once. */
class FailedConnectLogTests {

    @Test
    void aPeerOfAnotherTypeIsNamedOnceHoweverOftenItIsTried() {
        Logger logger = (Logger) LoggerFactory.getLogger(StreamDialer.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        PubSocket pub = PubSocket.create();
        PushSocket push = PushSocket.create(options -> options.reconnect(Duration.ofMillis(1)));
        try {
            Endpoint endpoint = pub.bindNow("tcp://127.0.0.1:*");
            var failures = push.monitor()
                    .ofType(MonitorEvent.HandshakeFailed.class)
                    .take(3)
                    .collectList()
                    .cache();
            failures.subscribe();
            push.connectNow(endpoint);
            failures.block(Duration.ofSeconds(10));

            assertThat(log.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .singleElement()
                    .asString()
                    .startsWith(endpoint + ": a handshake failed with ")
                    .contains("PUB");
        } finally {
            push.dispose();
            pub.dispose();
            logger.detachAppender(log);
        }
    }
}
