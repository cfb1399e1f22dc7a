package io.zmtp.samples.benchmarks.spring;

import io.zmtp.spring.template.ZmtpBlockingTemplate;
import io.zmtp.spring.template.ZmtpTemplate;
import java.util.stream.Stream;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import reactor.core.publisher.Flux;

/** A PUSH socket by a template: {@code api=block|blocking|flatMap|sendAll}. */
@Configuration(proxyBeanMethods = false)
class Templates {

    @Bean
    ApplicationRunner send(ZmtpTemplate template, ZmtpBlockingTemplate blocking, Environment settings) {
        Flux<Order> endless = Flux.fromStream(Stream.generate(() -> Order.TEA));
        return arguments -> {
            switch (settings.getProperty("api", "block")) {
                case "block" -> forEver(() -> template.send("out", Order.TEA).block());
                case "blocking" -> forEver(() -> blocking.send("out", Order.TEA));
                case "flatMap" ->
                    endless.flatMap(order -> template.send("out", order)).blockLast();
                case "sendAll" -> template.sendAll("out", endless).block();
                default ->
                    throw new IllegalArgumentException("api: expected block, blocking, flatMap or sendAll, but it is "
                            + settings.getProperty("api"));
            }
        };
    }

    static void forEver(Runnable work) {
        for (; ; ) {
            work.run();
        }
    }
}
