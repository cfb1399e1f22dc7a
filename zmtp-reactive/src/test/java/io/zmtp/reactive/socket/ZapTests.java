package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Metadata;
import io.zmtp.reactive.mechanism.Credentials;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.reactive.testing.Hex;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The octets of ZAP. */
class ZapTests {

    private static final SocketAddress PEER = new InetSocketAddress("192.0.2.7", 4711);
    private static final Bytes KEY = Bytes.wrap(new byte[32]);

    static Credentials credentials(String mechanism, Bytes key, String username, Bytes password) {
        return new Credentials(
                mechanism, PEER, null, Bytes.utf8("peer"), Metadata.EMPTY, key, username, password, null);
    }

    private static List<Bytes> asked(Credentials credentials) {
        Message request = Zap.request(Bytes.utf8("1"), Bytes.utf8("here"), credentials);
        assertThat(request.parts().subList(0, 6))
                .containsExactly(
                        Bytes.EMPTY,
                        Bytes.utf8("1.0"),
                        Bytes.utf8("1"),
                        Bytes.utf8("here"),
                        Bytes.utf8("192.0.2.7"),
                        Bytes.utf8("peer"));
        return request.skip(6).parts();
    }

    private static Verdict verdict(String hex) {
        return Zap.verdict(reply(hex));
    }

    /** A reply of these parts, each in Hex's notation, with slashes between them. */
    private static Message reply(String parts) {
        return Message.of(List.of(parts.split("/", -1)).stream()
                .map(part -> Bytes.wrap(Hex.parse(part)))
                .toList());
    }

    @Test
    void showsNoCredentialsForNull() {
        assertThat(asked(credentials("NULL", null, null, null))).containsExactly(Bytes.utf8("NULL"));
    }

    @Test
    void showsUserAndPasswordForPlain() {
        assertThat(asked(credentials("PLAIN", null, "admin", Bytes.utf8("secret"))))
                .containsExactly(Bytes.utf8("PLAIN"), Bytes.utf8("admin"), Bytes.utf8("secret"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"CURVE", "BLAKE3"})
    void showsTheKeyAsItIs(String mechanism) {
        assertThat(asked(credentials(mechanism, KEY, null, null))).containsExactly(Bytes.utf8(mechanism), KEY);
    }

    @Test
    void showsNoAddressWhereThereIsNone() {
        SocketAddress file = new SocketAddress() {};
        for (SocketAddress none : new SocketAddress[] {null, file, InetSocketAddress.createUnresolved("host", 1)}) {
            Credentials unknown =
                    new Credentials("NULL", none, null, Bytes.EMPTY, Metadata.EMPTY, null, null, null, null);
            assertThat(Zap.request(Bytes.EMPTY, Bytes.EMPTY, unknown).part(4)).isEqualTo(Bytes.EMPTY);
        }
    }

    @Test
    void lets200InAsTheUserWithTheMetadata() {
        assertThat(verdict("/'1.0'/'1'/'200'/'OK'/'joe'/06 'X-Role' 00000004 'boss'"))
                .isEqualTo(new Verdict.Accept("joe", Metadata.EMPTY.with("X-Role", Bytes.utf8("boss"))));
    }

    @Test
    void lets200InWithoutUserAndMetadata() {
        assertThat(verdict("/'1.0'/'1'/'200'///")).isEqualTo(Verdict.accept());
    }

    @ParameterizedTest
    @ValueSource(ints = {300, 400, 500})
    void refusesWithTheStatusAndItsText(int code) {
        assertThat(verdict("/'1.0'/'1'/'" + code + "'/'no'/'joe'/")).isEqualTo(new Verdict.Refuse(code, "no"));
    }

    @ParameterizedTest
    @CsvSource({
        "/'1.1'/'1'/'200'/'OK'/'joe'/, version 1.0",
        "//'1'/'200'/'OK'/'joe'/, version 1.0",
        "/'1.0'/'1', 7 parts",
        "/'1.0'/'1'/'200'/'OK'/'joe', 7 parts",
        "/'1.0'/'1'/'200'/'OK'/'joe'//, 7 parts",
        "/'1.0'/'1'/'201'/'OK'/'joe'/, status 200",
        "/'1.0'/'1'/'100'/'OK'/'joe'/, status 200",
        "/'1.0'/'1'/'2000'/'OK'/'joe'/, status 200",
        "/'1.0'/'1'/' 200'/'OK'/'joe'/, status 200",
        "/'1.0'/'1'/'xyz'/'OK'/'joe'/, status 200",
        "/'1.0'/'1'//'OK'/'joe'/, status 200",
        "/'1.0'/'1'/c8/'OK'/'joe'/, status 200",
        "/'1.0'/'1'/'200'/'OK'/'joe'/01, metadata",
        "/'1.0'/'1'/'200'/'OK'/'joe'/01 'a' 00000005 'b', metadata",
        "/'1.0'/'1'/'200'/'OK'/'joe'/01 'a' ffffffff 'b', metadata",
        "/'1.0'/'1'/'200'/'OK'/'joe'/01 '?' 00000000, metadata"
    })
    void refusesWith500WhateverIsNotAsItShouldBe(String reply, String expected) {
        assertThat(verdict(reply))
                .isInstanceOfSatisfying(
                        Verdict.Refuse.class,
                        refuse -> assertThat(refuse.code()).isEqualTo(500))
                .asString()
                .contains("expected " + expected);
    }

    @Test
    void knowsWhatItAnswersByTheThirdPart() {
        assertThat(Zap.idOf(reply("/'1.0'/'42'/'200'///"))).isEqualTo(Bytes.utf8("42"));
        assertThat(Zap.idOf(reply("/'9'/'42'"))).isEqualTo(Bytes.utf8("42"));
        assertThat(Zap.idOf(reply("/'1.0'"))).isNull();
        assertThat(Zap.idOf(reply(""))).isNull();
        assertThat(Zap.idOf(reply("'1.0'/'1.0'/'42'/'200'///"))).isNull();
    }
}
