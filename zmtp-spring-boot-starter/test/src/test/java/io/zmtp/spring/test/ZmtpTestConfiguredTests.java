package io.zmtp.spring.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Message;
import io.zmtp.spring.template.ZmtpTemplate;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.env.Environment;

@ZmtpTest(
        transport = ZmtpTest.Transport.CONFIGURED,
        properties = {"zmtp.sockets.jobs.type=push", "zmtp.sockets.jobs.bind=tcp://127.0.0.1:*"})
class ZmtpTestConfiguredTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @Autowired
    ZmtpTestPeers peers;

    @Autowired
    ZmtpTemplate template;

    @Test
    void leavesSocketsWhereThePropertiesSay(@Autowired Environment environment) {
        assertThat(environment.getProperty("local.zmtp.jobs.port", Integer.class))
                .isPositive();
        template.send("jobs", "over tcp").subscribe();
        assertThat(peers.receive("jobs").map(Message::text).blockFirst(TIMEOUT)).isEqualTo("over tcp");
    }
}
