package io.zmtp.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration;
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration;
import io.zmtp.spring.client.ImportZmtpServices;
import io.zmtp.spring.client.ZmtpExchange;
import io.zmtp.spring.listener.ZmtpListener;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;
import org.springframework.messaging.handler.annotation.DestinationVariable;
import reactor.core.publisher.Mono;

/** An application that is processed ahead of time, as for a native image, and then runs on the JVM. */
class AotTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    record Quote(String symbol) {}

    @ZmtpExchange("quote")
    interface Quotes { // not public: generated code of other packages cannot name it
        @ZmtpExchange("{symbol}")
        Mono<Quote> quote(@DestinationVariable String symbol);
    }

    static class Desk {
        @ZmtpListener(socket = "desk", topics = "quote.{symbol}")
        Mono<Quote> quote(@DestinationVariable String symbol) {
            return Mono.just(new Quote(symbol));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        JacksonAutoConfiguration.class,
        ZmtpAutoConfiguration.class,
        ZmtpCodecAutoConfiguration.class,
        ZmtpListenerAutoConfiguration.class,
        ZmtpTemplateAutoConfiguration.class
    })
    @Import(Desk.class)
    @ImportZmtpServices(socket = "ask", types = Quotes.class)
    static class Application {}

    private static <C extends ConfigurableApplicationContext> C configured(C context) {
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "test",
                        Map.of(
                                "zmtp.sockets.desk.type", "router",
                                "zmtp.sockets.desk.bind", "inproc://aot",
                                "zmtp.sockets.ask.type", "dealer",
                                "zmtp.sockets.ask.connect", "inproc://aot")));
        return context;
    }

    private static void process(Consumer<GenericApplicationContext> running) {
        TestGenerationContext generation = new TestGenerationContext();
        AnnotationConfigApplicationContext source = configured(new AnnotationConfigApplicationContext());
        source.register(Application.class);
        ClassName initializer = new ApplicationContextAotGenerator().processAheadOfTime(source, generation);
        generation.writeGeneratedContent();
        assertThat(RuntimeHintsPredicates.proxies().forInterfaces(Quotes.class)).accepts(generation.getRuntimeHints());
        assertThat(RuntimeHintsPredicates.reflection().onType(Quote.class)).accepts(generation.getRuntimeHints());
        TestCompiler.forSystem().with(generation).compile(compiled -> {
            try (GenericApplicationContext context = configured(new GenericApplicationContext())) {
                initialize(compiled.getInstance(ApplicationContextInitializer.class, initializer.toString()), context);
                context.refresh();
                running.accept(context);
            }
        });
    }

    @SuppressWarnings("unchecked")
    private static void initialize(ApplicationContextInitializer<?> generated, GenericApplicationContext context) {
        ((ApplicationContextInitializer<GenericApplicationContext>) generated).initialize(context);
    }

    @Test
    @CompileWithForkedClassLoader
    void asksAndAnswers() {
        process(context -> assertThat(context.getBean(Quotes.class).quote("X").block(TIMEOUT))
                .isEqualTo(new Quote("X")));
    }
}
