package io.zmtp.spring.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.zmtp.spring.core.ZmtpConfigurationException;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What does not fit stops the start, and says what to change. */
class ZmtpBinderFailureTests {

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        Function<String, String> f() {
            return text -> text;
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bindings.f-in-0.destination=nowhere                            | spring.cloud.stream.bindings.f-in-0.destination is 'nowhere', but there is no ZMTP socket of that name; there are [in, out, sub].
            zmtp.bindings.f-in-0.consumer.topic=x                          | spring.cloud.stream.zmtp.bindings.f-in-0.consumer.topic is no key of the starter; did you mean spring.cloud.stream.zmtp.bindings.f-in-0.consumer.topics?
            zmtp.bindings.f-in-0.producer.topics=x                         | spring.cloud.stream.zmtp.bindings.f-in-0.producer.topics is no key of the starter; did you mean spring.cloud.stream.zmtp.bindings.f-in-0.consumer.topics?
            zmtp.bindings.f-in-0.topics[0]=x                               | spring.cloud.stream.zmtp.bindings.f-in-0.topics[0] is no key of the starter; did you mean spring.cloud.stream.zmtp.bindings.f-in-0.consumer.topics?
            zmtp.bindings.f-in-0.deadLetter=x                              | spring.cloud.stream.zmtp.bindings.f-in-0.deadletter is no key of the starter; did you mean spring.cloud.stream.zmtp.bindings.f-in-0.consumer.dead-letter?
            zmtp.default.producer.send-timeuot=5s                          | spring.cloud.stream.zmtp.default.producer.send-timeuot is no key of the starter; did you mean spring.cloud.stream.zmtp.default.producer.send-timeout?
            zmtp.binding.f-in-0.consumer.type=pull                         | spring.cloud.stream.zmtp.binding.f-in-0.consumer.type is no key of the starter; did you mean spring.cloud.stream.zmtp.bindings.f-in-0.consumer.type?
            bindings.f-in-0.destination=out                                | spring.cloud.stream.bindings.f-in-0.destination is the ZMTP socket 'out' of type PUSH, which does not receive single messages.
            bindings.f-out-0.destination=in                                | spring.cloud.stream.bindings.f-out-0.destination is the ZMTP socket 'in' of type PULL, which does not send single messages.
            bindings.f-in-0.destination=tcp://nowhere                      | spring.cloud.stream.bindings.f-in-0.destination: endpoint
            zmtp.bindings.f-in-0.consumer.type=pull                        | spring.cloud.stream.zmtp.bindings.f-in-0 has a type, but its destination is the ZMTP socket 'in'.
            zmtp.bindings.f-in-0.consumer.dead-letter=in                   | spring.cloud.stream.bindings.f-in-0.dead-letter.destination is the ZMTP socket 'in' of type PULL
            bindings.f-in-0.destination=sub,bindings.f-in-0.group=g        | spring.cloud.stream.bindings.f-in-0.group is 'g', but each SUB socket gets all
            bindings.f-in-0.destination=tcp://127.0.0.1:1,zmtp.bindings.f-in-0.consumer.type=xsub,zmtp.bindings.f-in-0.consumer.topics=md. | spring.cloud.stream.zmtp.bindings.f-in-0: the type is XSUB, and there are topics
            bindings.f-in-0.destination=tcp://127.0.0.1:1,zmtp.bindings.f-in-0.consumer.type=dish | spring.cloud.stream.zmtp.bindings.f-in-0: the type is DISH, which
            bindings.f-in-0.consumer.batch-mode=true                       | spring.cloud.stream.bindings.f-in-0.consumer.batch-mode is set
            bindings.f-out-0.producer.required-groups=g                    | spring.cloud.stream.bindings.f-out-0.producer.required-groups is [g]
            bindings.f-out-0.producer.partition-count=2,bindings.f-out-0.producer.partition-key-expression=payload | spring.cloud.stream.bindings.f-out-0.destination is 'out', but there are 2 partitions.
            """)
    void stopsTheStart(String properties, String expected) {
        SpringApplicationBuilder application = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .logStartupInfo(false)
                .properties(
                        "zmtp.sockets.in.type=pull",
                        "zmtp.sockets.in.connect=",
                        "zmtp.sockets.out.type=push",
                        "zmtp.sockets.out.connect=",
                        "zmtp.sockets.sub.type=sub",
                        "zmtp.sockets.sub.connect=",
                        "spring.cloud.stream.bindings.f-in-0.destination=in",
                        "spring.cloud.stream.bindings.f-out-0.destination=out");
        for (String property : properties.split(",")) {
            application.properties("spring.cloud.stream." + property.strip());
        }
        Throwable failure = catchThrowable(() -> application.run().close());
        assertThat(failure).isNotNull();
        Throwable cause = failure;
        while (!(cause instanceof ZmtpConfigurationException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        assertThat(cause).isInstanceOf(ZmtpConfigurationException.class).hasMessageStartingWith(expected);
        assertThat(((ZmtpConfigurationException) cause).remedy()).endsWith(".");
    }
}
