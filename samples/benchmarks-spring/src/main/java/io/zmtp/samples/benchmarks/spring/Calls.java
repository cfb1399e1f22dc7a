package io.zmtp.samples.benchmarks.spring;

import io.zmtp.spring.client.ImportZmtpServices;
import io.zmtp.spring.client.ZmtpExchange;
import io.zmtp.spring.listener.ZmtpListener;
import java.util.stream.Stream;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Requests by an interface, from a DEALER to a listener of a ROUTER. */
final class Calls {

    private Calls() {}

    /** What is called. */
    @ZmtpExchange("orders")
    interface Orders {
        @ZmtpExchange("check")
        Mono<Order> check(Order order);
    }

    @Configuration(proxyBeanMethods = false)
    static class Server {

        @Bean
        ApplicationRunner ready() {
            return arguments -> System.out.println("READY");
        }

        @ZmtpListener(socket = "in", topics = "orders.check", concurrency = "${conc}")
        Mono<Order> check(Order order) {
            return Mono.just(order);
        }
    }

    /** {@code under=} calls under way at a time. */
    @Configuration(proxyBeanMethods = false)
    @ImportZmtpServices(socket = "out", types = Orders.class)
    static class Client {

        @Bean
        ApplicationRunner call(Orders orders, Meter meter, Environment settings) {
            int under = settings.getProperty("under", Integer.class, 1);
            return arguments -> {
                if (under == 1) {
                    Templates.forEver(() -> {
                        orders.check(Order.TEA).block();
                        meter.count();
                    });
                }
                Flux.fromStream(Stream.generate(() -> Order.TEA))
                        .flatMap(orders::check, under)
                        .doOnNext(order -> meter.count())
                        .blockLast();
            };
        }
    }
}
