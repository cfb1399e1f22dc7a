package io.zmtp.spring.discovery;

import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.spring.core.ZmtpConfigurationException;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The services and host names that sockets follow, and what was found last. */
public final class Followed {

    private static final Log LOG = LogFactory.getLog(ZmtpServiceDiscovery.class);

    private final Supplier<@Nullable ZmtpServiceDiscovery> discovery;
    private final Duration interval;
    private final Map<String, Map<String, String>> found = new ConcurrentHashMap<>();

    /**
     * Follows nothing yet.
     *
     * @param discovery asked when a service is first followed; null if there is none
     * @param interval the time from one answer to the next look-up of a service
     */
    public Followed(Supplier<@Nullable ZmtpServiceDiscovery> discovery, Duration interval) {
        this.discovery = discovery;
        this.interval = interval;
    }

    /** {@return whether an endpoint names a service} */
    public static boolean isService(String endpoint) {
        return ServiceReference.isOne(endpoint);
    }

    /** {@return what a socket follows, each with what was found last, or why nothing was} */
    public Map<String, String> of(String socket) {
        return new TreeMap<>(found.getOrDefault(socket, Map.of()));
    }

    /**
     * Keeps a socket connected to the instances of a service until it is closed.
     *
     * @param name the name of the socket
     * @throws ZmtpConfigurationException if that is not possible
     */
    public void service(String name, ZmtpSocket socket, String endpoint) {
        String key = "zmtp.sockets." + name + ".connect";
        ServiceReference reference = parse(key, endpoint);
        if (interval.isZero() || interval.isNegative()) {
            throw new ZmtpConfigurationException(
                    "zmtp.discovery.interval: expected a time above zero, but it is " + interval + ".",
                    "Set it to the time between two look-ups, such as 10s.");
        }
        ZmtpServiceDiscovery asked = discovery.get();
        if (asked == null) {
            throw new ZmtpConfigurationException(
                    key + ": " + endpoint + " needs service discovery, but there is neither a DiscoveryClient of Spring"
                            + " Cloud nor a ZmtpServiceDiscovery bean.",
                    "Add a discovery starter of Spring Cloud, such as spring-cloud-starter-consul-discovery, and do not set"
                            + " spring.cloud.discovery.enabled to false; or name hosts, as tcp://host:port.");
        }
        LOG.info("The ZMTP socket '" + name + "' follows the service " + endpoint);
        start(
                name,
                endpoint,
                "not looked up yet",
                socket.connectAll(ServiceLookUp.each(
                        key + ": " + endpoint, reference, asked, interval, text -> put(name, endpoint, text))));
    }

    private static ServiceReference parse(String key, String endpoint) {
        try {
            return ServiceReference.parse(endpoint);
        } catch (IllegalArgumentException unreadable) {
            throw new ZmtpConfigurationException(
                    key + ": " + unreadable.getMessage(),
                    "Write the name of the service, then the key of the metadata that has the port, if it is not the"
                            + " service's own: discovery://orders/zmtp-port, or tls+discovery://orders/zmtp-port.",
                    unreadable);
        }
    }

    /**
     * Keeps a socket connected to each address of a host until it is closed.
     *
     * @param name the name of the socket
     * @throws ZmtpConfigurationException if that is not possible
     */
    public void host(String name, ZmtpSocket socket, String endpoint, Duration every) {
        Mono<Void> following;
        try {
            following = socket.connectEach(endpoint, every);
        } catch (IllegalArgumentException unfit) {
            throw new ZmtpConfigurationException(
                    "zmtp.sockets." + name + ".connect-each: " + unfit.getMessage(),
                    "Write it as { endpoint: \"tcp://host:port\", interval: 10s }.",
                    unfit);
        }
        String what = "each address, looked up every " + every;
        LOG.info("The ZMTP socket '" + name + "' follows " + endpoint + ": " + what);
        start(name, endpoint, what, following);
    }

    private void start(String name, String endpoint, String text, Mono<Void> following) {
        put(name, endpoint, text);
        following.subscribe(
                done -> {},
                failure -> LOG.error("The ZMTP socket '" + name + "' no longer follows " + endpoint, failure));
    }

    private void put(String name, String endpoint, String text) {
        found.computeIfAbsent(name, first -> Collections.synchronizedMap(new TreeMap<>()))
                .put(endpoint, text);
    }
}
