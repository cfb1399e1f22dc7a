package io.zmtp.spring.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.socket.PullSocket;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ZmtpTest(
        transport = ZmtpTest.Transport.CONFIGURED,
        properties = {"zmtp.sockets.orders.type=pull", "zmtp.sockets.orders.bind=tcp://127.0.0.1:*"})
class LocalZmtpPortTests {

    @Autowired
    private PullSocket orders;

    @LocalZmtpPort("orders")
    private int port;

    @Test
    void isThePortThatWasPicked(@LocalZmtpPort("orders") int same) {
        assertThat(port)
                .isPositive()
                .isEqualTo(same)
                .isEqualTo(orders.endpoints().get(0).port());
    }
}
