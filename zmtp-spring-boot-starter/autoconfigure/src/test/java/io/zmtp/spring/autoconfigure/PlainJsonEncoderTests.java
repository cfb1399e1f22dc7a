package io.zmtp.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import io.zmtp.reactive.Bytes;
import io.zmtp.spring.core.ZmtpMessageConverter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.ResolvableType;
import org.springframework.http.codec.json.JacksonJsonEncoder;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

class PlainJsonEncoderTests {

    private static final MimeType JSON = MimeTypeUtils.APPLICATION_JSON;

    record Order(String item, int count) {}

    record Page<T>(List<T> of, Optional<T> first) {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonTypeName("circle")
    record Circle(int radius) {}

    static final class Circles extends ArrayList<Circle> {
        private static final long serialVersionUID = 1;
    }

    record Failing(String item) {
        @SuppressWarnings("unused") // by Jackson
        public int getCount() {
            throw new IllegalStateException("no count");
        }
    }

    static final class Opaque {}

    static List<Object> values() {
        Circles circles = new Circles();
        circles.add(new Circle(1));
        return List.of(
                new Order("tea", 2),
                new Order("grün \uD83C\uDF75 \"quoted\"\n", -1),
                new Order("larger than a generator's buffer".repeat(2_000), 3),
                new Page<>(List.of(new Circle(1)), Optional.of(new Circle(2))),
                new Circle(3),
                circles,
                List.of(new Circle(4), new Order("tea", 2)),
                Map.of("a", new Circle(5)),
                new TreeMap<>(Map.of("a", 1, "b", 2)),
                new Circle[] {new Circle(6)},
                new int[] {1, 2},
                Optional.of(new Order("tea", 1)),
                42,
                true,
                Thread.State.NEW,
                new Failing("tea"),
                new Opaque());
    }

    @ParameterizedTest
    @MethodSource("values")
    void writesWhatSpringsEncoderWritesOrFailsAsItDoes(Object value) {
        assertSame(JsonMapper.builder().build(), value, JSON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json;charset=UTF-16",
                "application/json;charset=US-ASCII",
                "application/problem+json",
                "application/x-ndjson"
            })
    void writesInTheEncodingOfTheMediaType(String contentType) {
        assertSame(JsonMapper.builder().build(), new Order("grün", 2), MimeType.valueOf(contentType));
    }

    @Test
    void writesAsTheMapperIsConfigured() {
        JsonMapper indenting =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        assertSame(indenting, new Order("tea", 2), JSON);
    }

    @Test
    void leavesTypesWithMappersOfTheirOwnToSpring() {
        JsonMapper indenting =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        PlainJsonEncoder encoder = new PlainJsonEncoder(JsonMapper.builder().build());
        encoder.registerMappersForType(Order.class, mappers -> mappers.put(JSON, indenting));
        Bytes written = new ZmtpMessageConverter(List.of(encoder), List.of()).toBytes(new Order("tea", 2), JSON);
        assertThat(written.utf8()).contains("\n");
        assertThat(encoder.encodeOctets(new Order("tea", 2), ResolvableType.forClass(Order.class), JSON))
                .isNull();
    }

    @Test
    void writesObjectsOfPlainClassesItself() {
        PlainJsonEncoder encoder = new PlainJsonEncoder(JsonMapper.builder().build());
        assertThat(encoder.encodeOctets(new Order("tea", 2), ResolvableType.forClass(Order.class), JSON))
                .asString()
                .isEqualTo("{\"item\":\"tea\",\"count\":2}");
    }

    private static void assertSame(JsonMapper mapper, Object value, MimeType contentType) {
        ZmtpMessageConverter ours = new ZmtpMessageConverter(List.of(new PlainJsonEncoder(mapper)), List.of());
        ZmtpMessageConverter springs = new ZmtpMessageConverter(List.of(new JacksonJsonEncoder(mapper)), List.of());
        for (int again = 0; again < 2; again++) { // what was found for the class is used the second time
            Bytes[] written = new Bytes[2];
            Throwable expected = catchThrowable(() -> written[0] = springs.toBytes(value, contentType));
            Throwable failure = catchThrowable(() -> written[1] = ours.toBytes(value, contentType));
            assertThat(written[1]).isEqualTo(written[0]);
            assertThat(written[0] == null).isEqualTo(expected != null);
            if (expected != null) {
                assertThat(failure).hasSameClassAs(expected).hasMessage(expected.getMessage());
            }
        }
    }
}
