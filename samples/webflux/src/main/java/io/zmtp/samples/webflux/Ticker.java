package io.zmtp.samples.webflux;

import io.netty.channel.ChannelOption;
import io.zmtp.spring.autoconfigure.SocketOptionsCustomizer;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;

/** The application; its sockets are in {@code application.yml}. */
@SpringBootApplication
class Ticker {

    private static final int SMALL = 16 * 1024;

    public static void main(String[] args) {
        SpringApplication.run(Ticker.class, args);
    }

    /** Kernels buffer some megabytes of each connection. With less one sees sooner who is slow. */
    @Bean
    SocketOptionsCustomizer smallBuffers() {
        return (socket, options) ->
                options.option(ChannelOption.SO_SNDBUF, SMALL).option(ChannelOption.SO_RCVBUF, SMALL);
    }

    /** The same for browsers, which come to the web server. */
    @Bean
    NettyServerCustomizer smallBuffersOfTheWebServer() {
        return server -> server.childOption(ChannelOption.SO_SNDBUF, SMALL);
    }
}
