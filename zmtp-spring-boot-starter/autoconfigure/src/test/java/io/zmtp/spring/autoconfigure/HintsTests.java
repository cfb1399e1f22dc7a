package io.zmtp.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.spring.autoconfigure.properties.DeliveryProperties;
import io.zmtp.spring.autoconfigure.properties.ReplayProperties;
import io.zmtp.spring.autoconfigure.properties.SocketProperties;
import io.zmtp.spring.listener.ZmtpListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.annotation.ReflectiveRuntimeHintsRegistrar;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import reactor.core.publisher.Mono;

class HintsTests {

    private final RuntimeHints hints = new RuntimeHints();

    record Order(String item) {}

    record Receipt(int number) {}

    static class Working {
        @ZmtpListener("in")
        Mono<Receipt> on(Order order) {
            return Mono.empty();
        }
    }

    @Test
    void keepsListenerMethodsAndTheirPayloads() throws NoSuchMethodException {
        new ReflectiveRuntimeHintsRegistrar().registerRuntimeHints(hints, Working.class);
        assertThat(RuntimeHintsPredicates.reflection()
                        .onMethodInvocation(Working.class.getDeclaredMethod("on", Order.class)))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onType(Order.class)).accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onType(Receipt.class)).accepts(hints);
    }

    @ParameterizedTest
    @ValueSource(classes = {SocketProperties.Security.class, ReplayProperties.class, DeliveryProperties.class})
    void keepsTheRecordsThatPropertiesAreBoundTo(Class<?> type) {
        new ZmtpHints().registerHints(hints, null);
        assertThat(RuntimeHintsPredicates.reflection()
                        .onType(type)
                        .withMemberCategories(
                                MemberCategory.INVOKE_DECLARED_CONSTRUCTORS, MemberCategory.INVOKE_PUBLIC_METHODS))
                .accepts(hints);
    }
}
