package io.zmtp.samples.benchmarks.spring;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/** {@code ROLE key=value …}, or {@code jmh [options]}. */
@SpringBootConfiguration
@EnableAutoConfiguration
public class SpringBenchmarks {

    /** What each role adds to the application. */
    static final Map<String, Class<?>> ROLES = new TreeMap<>(Map.of(
            "listener", Listeners.class,
            "receive", Receiving.class,
            "template", Templates.class,
            "serve", Calls.Server.class,
            "call", Calls.Client.class,
            "jeromq-listener", JeroMq.Listener.class,
            "jeromq-sender", JeroMq.Sender.class,
            "integration-listener", Integration.Listener.class,
            "integration-sender", Integration.Sender.class));

    /** Without the actuator there would be no registries, and nothing would be observed. */
    private static final String ACTUATOR = "org.springframework.boot.micrometer.observation.autoconfigure"
            + ".ObservationAutoConfiguration,org.springframework.boot.micrometer.metrics.autoconfigure"
            + ".MetricsAutoConfiguration";

    /**
     * Starts the role as an application, or JMH.
     *
     * @param arguments the command line
     * @throws IOException if JMH cannot run
     */
    public static void main(String[] arguments) throws IOException {
        String role = arguments.length == 0 ? "" : arguments[0];
        if (role.equals("jmh")) {
            org.openjdk.jmh.Main.main(Arrays.copyOfRange(arguments, 1, arguments.length));
        } else if (ROLES.containsKey(role)) {
            start(role, Arrays.asList(arguments).subList(1, arguments.length));
        } else {
            System.err.println("usage: java -jar benchmarks-spring.jar ROLE key=value …, with a role of "
                    + ROLES.keySet() + ", or jmh [options]");
            System.exit(2);
        }
    }

    /** Starts an application; its settings are properties of it. */
    static ConfigurableApplicationContext start(String role, List<String> settings) {
        List<String> properties = new ArrayList<>(List.of("--role=" + role));
        settings.forEach(setting -> properties.add("--" + setting));
        if (!settings.contains("actuator=1")) {
            properties.add("--spring.autoconfigure.exclude=" + ACTUATOR);
        }
        return new SpringApplicationBuilder(SpringBenchmarks.class, ROLES.get(role))
                .run(properties.toArray(String[]::new));
    }

    @Bean
    Meter meter(Environment settings) {
        Meter meter = new Meter();
        meter.start(settings);
        return meter;
    }
}
