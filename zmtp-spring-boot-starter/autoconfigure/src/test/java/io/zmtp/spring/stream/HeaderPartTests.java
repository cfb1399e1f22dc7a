package io.zmtp.spring.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zmtp.reactive.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.messaging.converter.MessageConversionException;
import org.springframework.util.MimeTypeUtils;

class HeaderPartTests {

    private static final Message HELLO = Message.of("hello");

    private final List<String> leftOut = new ArrayList<>();

    private Message write(Map<String, Object> headers) {
        return HeaderPart.putOn(HELLO, headers, (name, type) -> leftOut.add(name + " " + type.getSimpleName()));
    }

    @Test
    void isALineAndAJsonObject() {
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put("contentType", MimeTypeUtils.TEXT_PLAIN);
        headers.put("device", 7);
        assertThat(write(headers).last().utf8())
                .isEqualTo("\0zmtp-headers\n{\"contentType\":\"text/plain\",\"device\":7}");
    }

    @Test
    void readsWhatItWrites() {
        Map<String, Object> headers = Map.of(
                "text", "\u00e4", "long", 1L << 40, "half", 0.5, "yes", true, "map", Map.of("list", List.of(1, "b")));
        Message message = write(headers);
        assertThat(HeaderPart.isOn(message)).isTrue();
        assertThat(HeaderPart.read(message)).isEqualTo(headers);
        assertThat(HeaderPart.takeOff(message)).isEqualTo(HELLO);
        assertThat(leftOut).isEmpty();
    }

    @Test
    void reportsWhatItCannotCarry() {
        assertThat(HeaderPart.read(write(Map.of("thread", Thread.currentThread(), "nested", List.of(new Object())))))
                .isEmpty();
        assertThat(leftOut).hasSize(2).anyMatch(each -> each.startsWith("thread "));
    }

    @Test
    void neitherSendsNorBelievesWhatBelongsToOneApplication() {
        Map<String, Object> own = Map.of(
                "id", "1",
                "replyChannel", "c",
                "zmtp_envelope", "00",
                "scst_partition", 1,
                "spring.cloud.function.definition", "other",
                "spring.cloud.stream.sendto.destination", "elsewhere");
        assertThat(write(own).last().utf8()).endsWith("{}");
        Message forged = Message.of(
                "x",
                "\0zmtp-headers\n{\"spring.cloud.function.definition\":\"other\",\"spring.cloud.function.routing-expression\":"
                        + "\"T(System).exit(1)\",\"errorChannel\":\"c\",\"ok\":1,\"none\":null}");
        assertThat(HeaderPart.read(forged)).isEqualTo(Map.of("ok", 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "17", "{\"secret\":", "\0"})
    void refusesWhatIsNoObject(String json) {
        Message message = Message.of("x", "\0zmtp-headers\n" + json);
        assertThatThrownBy(() -> HeaderPart.read(message))
                .isInstanceOf(MessageConversionException.class)
                .hasMessageStartingWith("part for headers: expected a JSON object")
                .hasMessageNotContaining("secret");
    }

    @Test
    void isThereOnlyWithItsWholeFirstLineAndSomethingBeforeIt() {
        String begin = "\0zmtp-headers\n";
        for (int i = 0; i < begin.length(); i++) {
            assertThat(HeaderPart.isOn(Message.of("x", begin.substring(0, i)))).isFalse();
        }
        assertThat(HeaderPart.isOn(Message.of("x", begin))).isTrue();
        assertThat(HeaderPart.isOn(Message.of(begin))).isFalse();
    }
}
