package io.zmtp.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zmtp.reactive.Endpoint.Scheme;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTests {
    @ParameterizedTest
    @CsvSource({
        "tcp://127.0.0.1:5555, TCP, 127.0.0.1, 5555",
        "tcp://localhost:1, TCP, localhost, 1",
        "tcp://my-host_1.example.com:65535, TCP, my-host_1.example.com, 65535",
        "tcp://*:5555, TCP, *, 5555",
        "tcp://*:*, TCP, *, 0",
        "tcp://[::1]:5555, TCP, ::1, 5555",
        "tcp://[::]:*, TCP, ::, 0",
        "tcp://[fe80::1%eth0]:80, TCP, fe80::1%eth0, 80",
        "tcp://[::ffff:10.0.0.1]:80, TCP, ::ffff:10.0.0.1, 80",
        "tls+tcp://audit:5557, TLS_TCP, audit, 5557",
        "udp://239.0.0.1:5555, UDP, 239.0.0.1, 5555",
        "udp://[ff02::1]:5555, UDP, ff02::1, 5555"
    })
    void readsHostAndPort(String text, Scheme scheme, String host, int port) {
        Endpoint endpoint = Endpoint.parse(text);
        assertThat(endpoint.scheme()).isEqualTo(scheme);
        assertThat(endpoint.host()).isEqualTo(host);
        assertThat(endpoint.port()).isEqualTo(port);
        assertThat(endpoint.name()).isEmpty();
        assertThat(endpoint.networkInterface()).isEmpty();
        assertThat(endpoint).hasToString(text);
    }

    @Test
    void starAndZeroAreAnyPort() {
        assertThat(Endpoint.parse("tcp://a:0"))
                .isEqualTo(Endpoint.parse("tcp://a:*"))
                .hasToString("tcp://a:*");
        assertThat(Endpoint.parse("tcp://a:0").anyPort()).isTrue();
        assertThat(Endpoint.parse("tcp://a:1").anyPort()).isFalse();
        assertThat(Endpoint.parse("inproc://a").anyPort()).isFalse();
    }

    @Test
    void starIsAnyHost() {
        assertThat(Endpoint.parse("tcp://*:1").anyHost()).isTrue();
        assertThat(Endpoint.parse("tcp://a:1").anyHost()).isFalse();
        assertThat(Endpoint.parse("inproc://*").anyHost()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "tcp://eth0;a:1, eth0, 0, a, tcp://eth0:*;a:1",
        "tcp://eth0:0;a:1, eth0, 0, a, tcp://eth0:*;a:1",
        "tcp://eth0:*;a:1, eth0, 0, a, tcp://eth0:*;a:1",
        "tcp://192.168.1.17:5555;a:1, 192.168.1.17, 5555, a, tcp://192.168.1.17:5555;a:1",
        "tcp://[fe80::1%eth0];[::1]:1, fe80::1%eth0, 0, ::1, tcp://[fe80::1%eth0]:*;[::1]:1",
        "tcp://[::1]:70;[::1]:1, ::1, 70, ::1, tcp://[::1]:70;[::1]:1",
        "tcp://*:70;a:1, *, 70, a, tcp://*:70;a:1",
        "TLS://eth0.100;a:1, eth0.100, 0, a, tls+tcp://eth0.100:*;a:1",
        "ws://eth0;a/x;y, eth0, 0, a, ws://eth0:*;a:80/x;y",
        "wss://127.0.0.2:70;a:1/x, 127.0.0.2, 70, a, wss://127.0.0.2:70;a:1/x"
    })
    void readsTheSourceOfAConnection(String text, String host, int port, String to, String printed) {
        Endpoint endpoint = Endpoint.parse(text);
        assertThat(endpoint.source()).contains(new Endpoint.Source(host, port));
        assertThat(endpoint.host()).isEqualTo(to);
        assertThat(endpoint.networkInterface()).isEmpty();
        assertThat(endpoint).hasToString(printed).isEqualTo(Endpoint.parse(printed));
        assertThat(endpoint.withHost("b").withPort(2).source()).isEqualTo(endpoint.source());
    }

    @Test
    void theSourceIsPartOfAnEndpoint() {
        Endpoint endpoint = Endpoint.parse("tcp://eth0;a:1");
        assertThat(endpoint)
                .isNotEqualTo(Endpoint.parse("tcp://a:1"))
                .isNotEqualTo(Endpoint.parse("tcp://eth1;a:1"))
                .isNotEqualTo(Endpoint.parse("tcp://eth0:5;a:1"));
        assertThat(Endpoint.parse("tcp://*;a:1")).isEqualTo(Endpoint.parse("tcp://a:1"));
        assertThat(Endpoint.parse("udp://eth0;239.0.0.1:1").source()).isEmpty();
    }

    @Test
    void starIsANewPathOfIpc() {
        Endpoint any = Endpoint.parse("IPC://*");
        assertThat(any.anyPath()).isTrue();
        assertThat(any).hasToString("ipc://*").isEqualTo(Endpoint.ofIpc("*"));
        assertThat(Endpoint.parse("ipc:///*").anyPath()).isFalse();
        assertThat(Endpoint.parse("inproc://*").anyPath()).isFalse();
        assertThat(Endpoint.parse("tcp://*:*").anyPath()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "Tls://[::1]:1, tls+tcp://[::1]:1",
        "tls://*:*, tls+tcp://*:*",
        "tLs+TcP://A:1, tls+tcp://A:1",
        "IPC:///Tmp/A, ipc:///Tmp/A",
        "INPROC://A, inproc://A",
        "UDP://239.0.0.1:1, udp://239.0.0.1:1",
        "Wss://A/X, wss://A:443/X"
    })
    void onlyTheSchemeMayBeInAnyCase(String text, String printed) {
        assertThat(Endpoint.parse(text)).hasToString(printed);
    }

    @ParameterizedTest
    @CsvSource({"tls://a, expected tls+tcp://host:port", "tls+tls://a:1, scheme is", "İpc:///a, scheme is"})
    void saysWhatIsWrongWithOtherSpellings(String text, String expected) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse(text))
                .withMessageContaining(expected);
    }

    @Test
    void readsAnIpcPath() {
        Endpoint endpoint = Endpoint.parse("ipc:///tmp/my sockets/a:1");
        assertThat(endpoint.scheme()).isEqualTo(Scheme.IPC);
        assertThat(endpoint.name()).isEqualTo("/tmp/my sockets/a:1");
        assertThat(endpoint.isAbstract()).isFalse();
        assertThat(endpoint).hasToString("ipc:///tmp/my sockets/a:1");
    }

    @Test
    void readsAnAbstractIpcName() {
        Endpoint endpoint = Endpoint.parse("ipc://@orders");
        assertThat(endpoint.name()).isEqualTo("@orders");
        assertThat(endpoint.isAbstract()).isTrue();
        assertThat(endpoint).isEqualTo(Endpoint.ofIpc("@orders")).hasToString("ipc://@orders");
    }

    @Test
    void anIpcPathHas107OctetsAtMost() {
        assertThat(Endpoint.ofIpc("/" + "é".repeat(53)).name()).hasSize(54);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.ofIpc("/" + "é".repeat(53) + "x"))
                .withMessageContaining("107")
                .withMessageContaining("108");
    }

    @Test
    void readsAnInprocName() {
        assertThat(Endpoint.parse("inproc://zeromq.zap.01").name()).isEqualTo("zeromq.zap.01");
        assertThat(Endpoint.parse("inproc://a/b:c;d e").name()).isEqualTo("a/b:c;d e");
        assertThat(Endpoint.parse("inproc://" + "x".repeat(256)).name()).hasSize(256);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse("inproc://" + "x".repeat(257)))
                .withMessageContaining("256");
    }

    @Test
    void readsTheInterfaceOfUdp() {
        Endpoint endpoint = Endpoint.parse("udp://eth0;239.0.0.1:5555");
        assertThat(endpoint.networkInterface()).contains("eth0");
        assertThat(endpoint.host()).isEqualTo("239.0.0.1");
        assertThat(endpoint).hasToString("udp://eth0;239.0.0.1:5555");
        assertThat(Endpoint.parse("udp://192.168.0.1;239.0.0.1:5555").networkInterface())
                .contains("192.168.0.1");
    }

    @Test
    void readsAnInterfaceByItsIpv6Address() {
        Endpoint endpoint = Endpoint.parse("udp://[fe80::1%eth0];[ff02::1]:5555");
        assertThat(endpoint.networkInterface()).contains("fe80::1%eth0");
        assertThat(endpoint.host()).isEqualTo("ff02::1");
        assertThat(endpoint).hasToString("udp://[fe80::1%eth0];[ff02::1]:5555");
    }

    @Test
    void starIsNoInterfaceInParticular() {
        assertThat(Endpoint.parse("udp://*;239.0.0.1:5555")).isEqualTo(Endpoint.parse("udp://239.0.0.1:5555"));
    }

    @ParameterizedTest
    @CsvSource({
        "224.0.0.0, true",
        "239.255.255.255, true",
        "[ff02::1], true",
        "[FF05::1:3], true",
        "223.255.255.255, false",
        "240.0.0.1, false",
        "[ff::1], false",
        "[fe80::1], false",
        "224.example.com, false",
        "*, false"
    })
    void knowsMulticastAddresses(String host, boolean isMulticast) {
        assertThat(Endpoint.parse("udp://" + host + ":1").isMulticast()).isEqualTo(isMulticast);
    }

    @Test
    void anInterfaceStaysWithMulticast() {
        Endpoint endpoint = Endpoint.parse("udp://eth0;239.0.0.1:1");
        assertThat(endpoint.withHost("ff02::1")).hasToString("udp://eth0;[ff02::1]:1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> endpoint.withHost("10.0.0.1"))
                .withMessageContaining("multicast");
    }

    @ParameterizedTest
    @CsvSource({
        "'', scheme",
        "localhost:5555, scheme",
        "tcp:/a:1, scheme",
        "http://a:1, http",
        "://a:1, scheme",
        "ws://, host is empty",
        "ws:///path, host is empty",
        "ws://:80/path, host is empty",
        "wss://a:x/path, digits",
        "ws:/a b, blanks",
        "wss:/a, whose business TLS is",
        "ws://a:1/a b, blanks",
        "ws://a:1/a#b, '#'",
        "ws://a:1/\u00e4, printable ASCII",
        "ws://user@a:1/, '@'",
        "lz4+tcp://a:1, not offered yet",
        "zstd+tcp://a:1, not offered yet",
        "tcp://a:1/resource, not offered yet",
        "tcp://a:1/, not offered yet",
        "tcp://;a:1, source is empty",
        "tcp://eth0:;a:1, port is empty",
        "tcp://eth0:x;a:1, digits",
        "tcp://eth0:65536;a:1, 65535",
        "tcp://:5;a:1, host is empty",
        "tcp://::1;a:1, brackets",
        "tcp://[::1;a:1, '['",
        "tcp://e th0;a:1, ' '",
        "tcp://eth0;, no port",
        "tcp://eth0;a, no port",
        "tcp://eth0;b;a:1, ';'",
        "ws://eth0;/path, host is empty",
        "ws://;a/path, source is empty",
        "ipc://, empty",
        "ipc://@, empty",
        "inproc://, empty",
        "tcp://, no port",
        "tcp://a, no port",
        "tcp://[::1], no port",
        "tcp://:5555, host is empty",
        "tcp://[]:5555, '['",
        "tcp://a:, port is empty",
        "tcp://a:x, digits",
        "tcp://a:-1, digits",
        "tcp://a:+1, digits",
        "tcp://a:65536, 65535",
        "tcp://a:99999999999999999999, 65535",
        "tcp://a b:1, blanks",
        "tcp://a: 1, blanks",
        "'tcp://a:1\t', blanks",
        "tcp://::1:5555, brackets",
        "tcp://[localhost]:1, '['",
        "tcp://[x::1]:1, IPv6",
        "tcp://[1:2]:1, IPv6",
        "tcp://user@a:1, '@'",
        "udp://;239.0.0.1:1, interface is empty",
        "udp://e th;239.0.0.1:1, ' '",
        "udp://eth0;10.0.0.1:1, multicast",
        "udp://eth0;feed:1, multicast",
        "udp://*;*:1, multicast",
        "udp://[eth0];239.0.0.1:1, '['",
        "udp://eth0;239.0.0.1, no port",
        "udp://a;b;239.0.0.1:1, ';'",
        "udp://239.0.0.1, no port"
    })
    void saysWhatIsWrong(String text, String expected) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse(text))
                .withMessageContaining("endpoint \"" + text.replace("\t", "\\u0009") + "\"")
                .withMessageContaining(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ipc:///tmp/a\0b", "inproc://a\nb"})
    void refusesControlCharactersInNames(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse(text))
                .withMessageContaining("printable");
    }

    @ParameterizedTest
    @CsvSource({
        "ws://a:1/ticks, WS, a, 1, /ticks, ws://a:1/ticks",
        "ws://a:1, WS, a, 1, /, ws://a:1/",
        "ws://a, WS, a, 80, /, ws://a:80/",
        "wss://a.example/x/y?z=1, WSS, a.example, 443, /x/y?z=1, wss://a.example:443/x/y?z=1",
        "WSS://[::1]:1/, WSS, ::1, 1, /, wss://[::1]:1/",
        "ws://*:*/ticks, WS, *, 0, /ticks, ws://*:*/ticks",
        "ws://[::1]/ticks, WS, ::1, 80, /ticks, ws://[::1]:80/ticks",
        "TCP://a:1, TCP, a, 1, '', tcp://a:1",
        "tls://a:1, TLS_TCP, a, 1, '', tls+tcp://a:1",
        "TLS+TCP://a:1, TLS_TCP, a, 1, '', tls+tcp://a:1"
    })
    void readsWebSocketsAndSchemesInAnyCase(
            String text, Endpoint.Scheme scheme, String host, int port, String path, String printed) {
        Endpoint endpoint = Endpoint.parse(text);
        assertThat(endpoint.scheme()).isEqualTo(scheme);
        assertThat(endpoint.host()).isEqualTo(host);
        assertThat(endpoint.port()).isEqualTo(port);
        assertThat(endpoint.name()).isEqualTo(path);
        assertThat(endpoint).hasToString(printed).isEqualTo(Endpoint.parse(printed));
    }

    @Test
    void thePathIsPartOfAWebSocketsEndpoint() {
        Endpoint ticks = Endpoint.parse("ws://a:1/ticks");
        assertThat(ticks)
                .isNotEqualTo(Endpoint.parse("ws://a:1/orders"))
                .isNotEqualTo(Endpoint.parse("wss://a:1/ticks"));
        assertThat(ticks.withPort(2)).hasToString("ws://a:2/ticks");
        assertThat(ticks.withHost("b")).hasToString("ws://b:1/ticks");
    }

    @Test
    void aPathAloneHasNeitherHostNorPort() {
        Endpoint ticks = Endpoint.parse("WS:/ticks");
        assertThat(ticks).hasToString("ws:/ticks").isEqualTo(Endpoint.parse("ws:/ticks"));
        assertThat(ticks.isPath()).isTrue();
        assertThat(ticks.anyPort()).isFalse();
        assertThat(ticks.host()).isEmpty();
        assertThat(Endpoint.parse("ws://a/ticks").isPath()).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> ticks.withPort(1)).withMessageContaining("ws:/ticks");
        assertThatIllegalArgumentException().isThrownBy(() -> ticks.withHost("a"));
    }

    @Test
    void takesAnotherPort() {
        assertThat(Endpoint.parse("tls+tcp://[::1]:*").withPort(49152)).hasToString("tls+tcp://[::1]:49152");
        assertThat(Endpoint.parse("udp://eth0;239.2.3.4:1").withPort(0)).hasToString("udp://eth0;239.2.3.4:*");
    }

    @Test
    void takesAnotherHost() {
        assertThat(Endpoint.parse("tcp://*:5").withHost("127.0.0.1")).hasToString("tcp://127.0.0.1:5");
        assertThat(Endpoint.parse("tcp://*:5").withHost("::1")).isEqualTo(Endpoint.parse("tcp://[::1]:5"));
    }

    @Test
    void refusesAPortOrHostThatCannotBe() {
        Endpoint tcp = Endpoint.parse("tcp://a:1");
        assertThatIllegalArgumentException().isThrownBy(() -> tcp.withPort(65_536));
        assertThatIllegalArgumentException().isThrownBy(() -> tcp.withPort(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> tcp.withHost(""));
        assertThatIllegalArgumentException().isThrownBy(() -> tcp.withHost("a/b"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse("ipc:///a").withPort(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Endpoint.parse("inproc://a").withHost("b"));
    }

    @Test
    void equalEndpointsAreEqual() {
        assertThat(Endpoint.parse("tcp://a:1"))
                .isEqualTo(Endpoint.parse("tcp://a:1"))
                .hasSameHashCodeAs(Endpoint.parse("tcp://a:1"))
                .isNotEqualTo(Endpoint.parse("tcp://a:2"))
                .isNotEqualTo(Endpoint.parse("tcp://b:1"))
                .isNotEqualTo(Endpoint.parse("tls+tcp://a:1"));
        assertThat(Endpoint.parse("ipc://a")).isNotEqualTo(Endpoint.parse("inproc://a"));
        assertThat(Endpoint.parse("udp://eth0;239.0.0.1:1")).isNotEqualTo(Endpoint.parse("udp://239.0.0.1:1"));
    }
}
