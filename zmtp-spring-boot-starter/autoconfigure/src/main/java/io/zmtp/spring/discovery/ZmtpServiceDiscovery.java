package io.zmtp.spring.discovery;

import java.util.Map;
import reactor.core.publisher.Flux;

/**
 * Finds the instances of services, for endpoints such as {@code discovery://orders/zmtp-port}. Where Spring Cloud's discovery
 * is on the class path there is a bean that asks its clients; a bean of the application's own takes its place.
 *
 * @since 0.1
 */
public interface ZmtpServiceDiscovery {

    /**
     * Looks a service up.
     *
     * @return the instances that there are now; empty if there are none, or no such service. While it fails, sockets stay
     *     connected to what was found before. Does not block
     */
    Flux<Instance> instances(String service);

    /** {@return the names of the services that there are now, for messages about one that is not found} */
    Flux<String> services();

    /**
     * Says when services are to be looked up before the interval is over.
     *
     * @return emits when instances may have changed; by default never
     */
    default Flux<?> changes() {
        return Flux.never();
    }

    /**
     * An instance of a service.
     *
     * @param id how messages name it
     * @param host a host name, or an address
     * @param port the port of the service, for endpoints that name no key
     * @param metadata what else is registered, such as further ports
     */
    record Instance(String id, String host, int port, Map<String, String> metadata) {}
}
