package io.zmtp.samples.benchmarks.spring;

import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.integration.config.EnableIntegration;
import org.springframework.integration.dsl.IntegrationFlow;
import org.springframework.integration.zeromq.dsl.ZeroMq;
import org.springframework.integration.zeromq.outbound.ZeroMqMessageHandler;
import org.springframework.messaging.support.GenericMessage;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import tools.jackson.databind.json.JsonMapper;

/** Spring Integration's adapters for ZeroMQ, over JeroMQ. */
final class Integration {

    private Integration() {}

    @Configuration(proxyBeanMethods = false)
    @EnableIntegration
    static class Listener {

        @Bean
        ZContext context() {
            return new ZContext(1);
        }

        @Bean
        IntegrationFlow flow(ZContext context, Meter meter, Environment settings) {
            String endpoint = settings.getRequiredProperty("endpoint");
            JsonMapper mapper = JsonMapper.builder().build();
            return IntegrationFlow.from(ZeroMq.inboundChannelAdapter(context, SocketType.PULL)
                            .bindPort(Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1))))
                    .transform(byte[].class, octets -> mapper.readValue(octets, Order.class))
                    .handle(order -> meter.count())
                    .get();
        }

        @Bean
        ApplicationRunner ready() {
            return arguments -> System.out.println("READY");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableIntegration
    static class Sender {

        @Bean
        ZContext context() {
            return new ZContext(1);
        }

        @Bean
        ZeroMqMessageHandler handler(ZContext context, Environment settings) {
            return new ZeroMqMessageHandler(context, settings.getRequiredProperty("endpoint"), SocketType.PUSH);
        }

        @Bean
        ApplicationRunner send(ZeroMqMessageHandler handler) {
            JsonMapper mapper = JsonMapper.builder().build();
            return arguments -> {
                handler.start();
                Templates.forEver(() -> handler.handleMessage(new GenericMessage<>(mapper.writeValueAsBytes(Order.TEA)))
                        .block());
            };
        }
    }
}
