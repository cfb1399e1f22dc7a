package io.zmtp.spring.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Endpoint;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An address that the line has already is not said again. */
class FailureTextTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tcp://feed:5556  | Connection refused: feed/192.0.2.7:5556      | Connection refused",
                "tcp://[::1]:5556 | Connection refused: /[0:0:0:0:0:0:0:1]:5556  | Connection refused",
                "tcp://feed:5556  | tcp://feed:5556: bind: Address already in use | bind: Address already in use",
                "tcp://feed:5556  | failed: Connection refused: /127.0.0.1:5556  | failed: Connection refused",
                "tcp://feed:5556  | no route to 192.0.2.7:1                      | no route to 192.0.2.7:1",
                "ipc:///tmp/x     | No such file or directory: /tmp/x            | No such file or directory",
                "tcp://feed:5556  | closed: PEER                                 | closed: PEER",
            })
    void leavesItOut(String endpoint, String message, String text) {
        assertThat(FailureText.of(new IOException(message), Endpoint.parse(endpoint)))
                .isEqualTo(text);
    }
}
