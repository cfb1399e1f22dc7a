package io.zmtp.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZmtpExceptionTests {
    @ParameterizedTest
    @CsvSource({
        "PEER_ERROR, 0, true",
        "PEER_ERROR, 300, true",
        "CREDENTIALS, 300, false",
        "CREDENTIALS, 400, true",
        "CREDENTIALS, 500, true",
        "CREDENTIALS, 0, true",
        "VERSION, 0, false",
        "MECHANISM, 0, false",
        "TIMEOUT, 0, false",
        "CRYPTO, 0, false"
    })
    void aHandshakeFailureIsFatalIfTheSameCredentialsAreOfNoUse(Failure failure, int code, boolean fatal) {
        ZmtpHandshakeException exception = new ZmtpHandshakeException(failure, "refused", code, null);
        assertThat(exception.isFatal()).isEqualTo(fatal);
        assertThat(exception.failure()).isEqualTo(failure);
        assertThat(exception.code()).isEqualTo(code);
    }

    @Test
    void aBrokenRuleNamesItsSection() {
        ZmtpProtocolException exception = new ZmtpProtocolException("cut", "RFC 37, Framing");
        assertThat(exception).hasMessage("cut").hasNoCause();
        assertThat(exception.section()).isEqualTo("RFC 37, Framing");
        assertThat(exception.isTooLarge()).isFalse();
    }

    @Test
    void anExceededLimitIsToldApartFromABrokenRule() {
        assertThat(ZmtpProtocolException.tooLarge("more than 5").isTooLarge()).isTrue();
    }

    @Test
    void aClosedConnectionTellsHowItEnded() {
        IOException reset = new IOException("reset");
        Closed closed = new Closed(Closed.Reason.IO, reset, 3, 70);
        ZmtpClosedException exception = new ZmtpClosedException("closed", closed);
        assertThat(exception.closed()).isEqualTo(closed);
        assertThat(exception).hasCause(reset);
    }

    @ParameterizedTest
    @CsvSource({
        "LOCAL, LOCAL",
        "IDLE, LOCAL",
        "PEER, REMOTE",
        "HANDSHAKE, REMOTE",
        "TLS, REMOTE",
        "PROTOCOL, REMOTE",
        "TOO_LARGE, REMOTE",
        "HEARTBEAT, NETWORK",
        "IO, NETWORK"
    })
    void anEndTellsWhoBroughtItAbout(Closed.Reason reason, Closed.Initiator initiator) {
        assertThat(new Closed(reason, null, 0, 0).initiator()).isEqualTo(initiator);
    }
}
