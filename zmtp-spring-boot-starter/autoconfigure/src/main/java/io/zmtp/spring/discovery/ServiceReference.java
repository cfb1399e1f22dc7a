package io.zmtp.spring.discovery;

import io.zmtp.reactive.Endpoint;
import io.zmtp.spring.discovery.ZmtpServiceDiscovery.Instance;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint that names a service: {@code discovery://orders} with the port that is registered, or
 * {@code discovery://orders/zmtp-port} with the one that the metadata have under this key; with {@code tls+} before it, over TLS.
 */
record ServiceReference(
        String text,
        String scheme,
        String service,
        @Nullable String portKey) {

    private static final Pattern FORM = Pattern.compile("(tls\\+)?discovery://([^/\\s]+)(?:/([^/\\s]+))?");
    private static final int LARGEST_PORT = 65_535;

    static boolean isOne(String endpoint) {
        return endpoint.startsWith("discovery://") || endpoint.startsWith("tls+discovery://");
    }

    static ServiceReference parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    text + ": expected discovery://service or discovery://service/metadata-key");
        }
        return new ServiceReference(text, form.group(1) == null ? "tcp" : "tls+tcp", form.group(2), form.group(3));
    }

    /**
     * Where an instance is.
     *
     * @throws IllegalArgumentException that says what is missing or wrong
     */
    Endpoint endpoint(Instance instance) {
        int port = portKey == null ? instance.port() : port(instance, portKey);
        if (port < 1 || port > LARGEST_PORT) {
            throw new IllegalArgumentException("expected a port from 1 to 65535, but it is " + port);
        }
        String host = instance.host();
        boolean brackets = host.startsWith("[") && host.endsWith("]");
        return Endpoint.parse(scheme + "://localhost:" + port)
                .withHost(brackets ? host.substring(1, host.length() - 1) : host);
    }

    private static int port(Instance instance, String key) {
        String value = instance.metadata().get(key);
        if (value == null) {
            throw new IllegalArgumentException("expected metadata '" + key + "', but there are "
                    + instance.metadata().keySet().stream().sorted().toList());
        }
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException noNumber) {
            throw new IllegalArgumentException("metadata '" + key + "': expected a port, but it is " + value, noNumber);
        }
    }
}
