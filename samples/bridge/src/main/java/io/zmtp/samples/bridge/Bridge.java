package io.zmtp.samples.bridge;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.kafka.test.EmbeddedKafkaKraftBroker;
import org.springframework.messaging.Message;
import org.springframework.messaging.support.MessageBuilder;

/** Takes readings into Kafka, at the broker of {@code --kafka=host:port} or one within the process, and publishes them. */
@SpringBootApplication
public class Bridge {

    /** What a device measured. */
    record Reading(int device, long number, double value) {}

    final LongAdder taken = new LongAdder();
    final LongAdder published = new LongAdder();

    /** From the devices into Kafka, as it came. It waits where Kafka does, and then nothing more is read. */
    @Bean
    Function<byte[], byte[]> gather() {
        return reading -> {
            taken.increment();
            return reading;
        };
    }

    /** From Kafka to the subscribers of the device. */
    @Bean
    Function<Reading, Message<Reading>> publish() {
        return reading -> {
            published.increment();
            return MessageBuilder.withPayload(reading)
                    .setHeader("device", reading.device())
                    .build();
        };
    }

    /** Starts it. */
    public static void main(String[] arguments) {
        SpringApplication application = new SpringApplication(Bridge.class);
        application.addInitializers(context -> {
            if (!context.getEnvironment().containsProperty("kafka")) {
                startKafka(context.getEnvironment());
            }
        });
        application.run(arguments);
    }

    private static void startKafka(ConfigurableEnvironment environment) {
        EmbeddedKafkaKraftBroker kafka = new EmbeddedKafkaKraftBroker(1, 1);
        kafka.afterPropertiesSet();
        SpringApplication.getShutdownHandlers().add(kafka::destroy);
        environment
                .getPropertySources()
                .addLast(new MapPropertySource("embedded", Map.of("kafka", kafka.getBrokersAsString())));
    }
}
