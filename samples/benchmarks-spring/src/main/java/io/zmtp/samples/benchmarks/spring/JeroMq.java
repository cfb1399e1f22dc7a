package io.zmtp.samples.benchmarks.spring;

import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import tools.jackson.databind.json.JsonMapper;

/** What applications write with JeroMQ: a loop, and Jackson. */
final class JeroMq {

    private JeroMq() {}

    @Configuration(proxyBeanMethods = false)
    static class Listener {

        @Bean
        ApplicationRunner receive(Meter meter, Environment settings) {
            return arguments -> {
                ZMQ.Socket pull = socket(SocketType.PULL);
                pull.bind(settings.getRequiredProperty("endpoint"));
                System.out.println("READY");
                JsonMapper mapper = JsonMapper.builder().build();
                Templates.forEver(() -> {
                    mapper.readValue(pull.recv(0), Order.class);
                    meter.count();
                });
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Sender {

        @Bean
        ApplicationRunner send(Environment settings) {
            return arguments -> {
                ZMQ.Socket push = socket(SocketType.PUSH);
                push.connect(settings.getRequiredProperty("endpoint"));
                JsonMapper mapper = JsonMapper.builder().build();
                Templates.forEver(() -> push.send(mapper.writeValueAsBytes(Order.TEA), 0));
            };
        }
    }

    private static ZMQ.Socket socket(SocketType type) {
        ZMQ.Socket socket = new ZContext(1).createSocket(type);
        socket.setLinger(0);
        return socket;
    }
}
