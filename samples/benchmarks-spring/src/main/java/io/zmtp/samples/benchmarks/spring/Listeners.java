package io.zmtp.samples.benchmarks.spring;

import io.zmtp.spring.listener.ZmtpListener;
import org.openjdk.jmh.infra.Blackhole;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import reactor.core.publisher.Mono;

/**
 * A PULL socket whose messages go to a method: {@code api=void|mono|bytes}, {@code conc=} at a time. The one that is void
 * computes for about {@code work=} nanoseconds more.
 */
@Configuration(proxyBeanMethods = false)
class Listeners {

    @Bean
    ApplicationRunner ready() {
        return arguments -> System.out.println("READY");
    }

    @Bean
    @ConditionalOnProperty(name = "api", havingValue = "void", matchIfMissing = true)
    Blocking blocking(Meter meter, Environment settings) {
        return new Blocking(meter, settings.getProperty("work", Long.class, 0L));
    }

    @Bean
    @ConditionalOnProperty(name = "api", havingValue = "mono")
    Reactive reactive(Meter meter) {
        return new Reactive(meter);
    }

    @Bean
    @ConditionalOnProperty(name = "api", havingValue = "bytes")
    Octets octets(Meter meter) {
        return new Octets(meter);
    }

    record Blocking(Meter meter, long work) {
        private static final int NANOS_PER_TOKEN = 2;

        @ZmtpListener(socket = "in", concurrency = "${conc}")
        void on(Order order) {
            if (work > 0) {
                Blackhole.consumeCPU(work / NANOS_PER_TOKEN);
            }
            meter.count();
        }
    }

    record Reactive(Meter meter) {
        @ZmtpListener(socket = "in", concurrency = "${conc}")
        Mono<Void> on(Order order) {
            meter.count();
            return Mono.empty();
        }
    }

    record Octets(Meter meter) {
        @ZmtpListener(socket = "in", concurrency = "${conc}")
        void on(byte[] order) {
            meter.count();
        }
    }
}
