package io.zmtp.spring.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.zmtp.reactive.SocketType;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The keys of our contexts are those that Micrometer's own context would have. */
class ContextKeysTests {

    private static final KeyValues GIVEN = KeyValues.of("a", "1", "b", "2");

    static Stream<List<Consumer<Observation.Context>>> changes() {
        return Stream.of(
                List.of(),
                List.of(context -> add(context, KeyValues.empty()), context -> add(context, GIVEN)),
                List.of(context -> add(context, GIVEN)),
                List.of(context -> add(context, GIVEN), context -> add(context, GIVEN)),
                List.of(context -> add(context, GIVEN), context -> add(context, KeyValues.of("b", "3", "c", "4"))),
                List.of(context -> add(context, "c", "4"), context -> add(context, GIVEN)),
                List.of(context -> add(context, GIVEN), context -> add(context, "a", "5")),
                List.of(context -> add(context, GIVEN), context -> remove(context, "a")),
                List.of(context -> add(context, GIVEN), context -> remove(context, "none")),
                List.of(
                        context -> add(context, GIVEN),
                        context -> remove(context, "a", "b"),
                        context -> add(context, "d", "6")),
                List.of(
                        context -> add(context, GIVEN),
                        context -> remove(context, "a"),
                        context -> add(context, GIVEN),
                        context -> add(context, "a", "7")),
                List.of(context -> remove(context, "a"), context -> add(context, GIVEN)));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void areThoseOfMicrometer(List<Consumer<Observation.Context>> changes) {
        Observation.Context theirs = new Observation.Context();
        List<Observation.Context> ours = List.of(
                new ZmtpReceiverContext(new ObservedListener("id", "in", SocketType.PULL), null, null, Map.of()),
                new ZmtpSenderContext(ZmtpObservation.SEND, "out", SocketType.PUSH, null, KeyValues.empty()));
        changes.forEach(each -> each.accept(theirs));
        for (Observation.Context context : ours) {
            changes.forEach(each -> each.accept(context));
            assertThat(sorted(context.getLowCardinalityKeyValues()))
                    .isEqualTo(sorted(theirs.getLowCardinalityKeyValues()));
            assertThat(sorted(context.getHighCardinalityKeyValues()))
                    .isEqualTo(sorted(theirs.getHighCardinalityKeyValues()));
            assertThat(sorted(context.getAllKeyValues())).isEqualTo(sorted(theirs.getAllKeyValues()));
            for (String key : List.of("a", "b", "c", "d")) {
                assertThat(context.getLowCardinalityKeyValue(key)).isEqualTo(theirs.getLowCardinalityKeyValue(key));
                assertThat(context.getHighCardinalityKeyValue(key)).isEqualTo(theirs.getHighCardinalityKeyValue(key));
            }
        }
    }

    private static List<KeyValue> sorted(KeyValues values) {
        return values.stream().sorted(Comparator.comparing(KeyValue::getKey)).toList();
    }

    private static void add(Observation.Context context, KeyValues values) {
        context.addLowCardinalityKeyValues(values);
        context.addHighCardinalityKeyValues(values);
    }

    private static void add(Observation.Context context, String key, String value) {
        context.addLowCardinalityKeyValue(KeyValue.of(key, value));
        context.addHighCardinalityKeyValue(KeyValue.of(key, value));
    }

    private static void remove(Observation.Context context, String... keys) {
        if (keys.length == 1) {
            context.removeLowCardinalityKeyValue(keys[0]);
            context.removeHighCardinalityKeyValue(keys[0]);
        } else {
            context.removeLowCardinalityKeyValues(keys);
            context.removeHighCardinalityKeyValues(keys);
        }
    }
}
