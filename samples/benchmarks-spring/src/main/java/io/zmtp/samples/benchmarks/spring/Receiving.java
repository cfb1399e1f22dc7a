package io.zmtp.samples.benchmarks.spring;

import io.zmtp.reactive.socket.PullSocket;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import tools.jackson.databind.json.JsonMapper;

/** The same as {@link Listeners} without the starter: a socket, and Jackson. */
@Configuration(proxyBeanMethods = false)
class Receiving {

    @Bean
    ApplicationRunner receive(Meter meter, Environment settings) {
        JsonMapper mapper = JsonMapper.builder().build();
        return arguments -> {
            PullSocket pull = PullSocket.create();
            pull.receive()
                    .map(message -> mapper.readValue(message.first().toByteArray(), Order.class))
                    .subscribe(order -> meter.count());
            pull.bindNow(settings.getRequiredProperty("endpoint"));
            System.out.println("READY");
        };
    }
}
