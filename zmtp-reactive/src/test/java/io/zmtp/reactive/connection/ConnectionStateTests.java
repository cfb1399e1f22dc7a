package io.zmtp.reactive.connection;

import static io.zmtp.reactive.connection.ConnectionState.CLOSED;
import static io.zmtp.reactive.connection.ConnectionState.CLOSING;
import static io.zmtp.reactive.connection.ConnectionState.GREETING;
import static io.zmtp.reactive.connection.ConnectionState.HANDSHAKING;
import static io.zmtp.reactive.connection.ConnectionState.OPEN;
import static io.zmtp.reactive.connection.ConnectionState.OPENING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectionStateTests {

    private static final Map<ConnectionState, Set<ConnectionState>> TABLE = Map.of(
            OPENING, EnumSet.of(GREETING, CLOSING),
            GREETING, EnumSet.of(HANDSHAKING, CLOSING),
            HANDSHAKING, EnumSet.of(OPEN, CLOSING),
            OPEN, EnumSet.of(CLOSING),
            CLOSING, EnumSet.of(CLOSED),
            CLOSED, EnumSet.noneOf(ConnectionState.class));

    private static Stream<Arguments> pairs(boolean legal) {
        return Stream.of(ConnectionState.values())
                .flatMap(from -> Stream.of(ConnectionState.values())
                        .filter(to -> TABLE.get(from).contains(to) == legal)
                        .map(to -> Arguments.of(from, to)));
    }

    static Stream<Arguments> legal() {
        return pairs(true);
    }

    static Stream<Arguments> illegal() {
        return pairs(false);
    }

    @ParameterizedTest
    @MethodSource("legal")
    void goesOn(ConnectionState from, ConnectionState to) {
        assertThat(from.mayBecome(to)).isTrue();
        assertThat(from.to(to)).isSameAs(to);
    }

    @ParameterizedTest
    @MethodSource("illegal")
    void refusesWhatMayNotComeNow(ConnectionState from, ConnectionState to) {
        assertThat(from.mayBecome(to)).isFalse();
        assertThatThrownBy(() -> from.to(to))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a connection that is " + from + " cannot become " + to);
    }

    @ParameterizedTest
    @EnumSource
    void endsOnceItIsKnownWhy(ConnectionState state) {
        assertThat(state.isEnding()).isEqualTo(state == CLOSING || state == CLOSED);
    }
}
