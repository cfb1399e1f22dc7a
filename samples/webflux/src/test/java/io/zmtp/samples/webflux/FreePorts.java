package io.zmtp.samples.webflux;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/** Has the application use ports that nobody has. */
final class FreePorts implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        String feed = free();
        String quotes = free();
        context.getEnvironment()
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        "freePorts",
                        Map.of(
                                "server.port",
                                "0",
                                "zmtp.sockets.feed.bind",
                                feed + ",ws:/zmtp/ticks",
                                "zmtp.sockets.ticks.connect",
                                feed,
                                "zmtp.sockets.ticks.bind",
                                "tcp://127.0.0.1:*",
                                "zmtp.sockets.ticks.reconnect.max",
                                "1s", // what is to be shown shows sooner
                                "zmtp.sockets.quotes.bind",
                                quotes,
                                "zmtp.sockets.ask.connect",
                                quotes)));
    }

    /** None of those that outgoing connections are given: it has to be free again after the market was killed. */
    private static String free() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return "tcp://127.0.0.1:" + socket.getLocalPort();
            } catch (IOException taken) {
                // another one, then
            }
        }
    }
}
