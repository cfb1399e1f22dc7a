package io.zmtp.spring.stream;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.SocketType;
import java.util.List;
import org.springframework.cloud.stream.provisioning.ConsumerDestination;
import org.springframework.cloud.stream.provisioning.ProducerDestination;

/**
 * What a destination stands for, checked: a named socket, or endpoints for a socket of its own.
 *
 * @param key the property that it comes from, for messages
 * @param name the name of the socket, or the one that it is to have
 * @param endpoints of a socket that is to be made; none for one that there is
 * @param bind whether they are bound
 */
record Destination(String key, String name, SocketType type, List<Endpoint> endpoints, boolean bind) {

    boolean isNamed() {
        return endpoints.isEmpty();
    }

    @Override
    public String toString() {
        return isNamed() ? name : endpoints.toString();
    }

    /** The place of a consumer. */
    record Source(String text, Destination place) implements ConsumerDestination {

        @Override
        public String getName() {
            return text;
        }

        @Override
        public String toString() {
            return place.toString();
        }
    }

    /** The places of a producer, one for each partition. */
    record Target(String text, List<Destination> places) implements ProducerDestination {

        @Override
        public String getName() {
            return text;
        }

        @Override
        public String getNameForPartition(int partition) {
            return places.get(partition).toString();
        }

        @Override
        public String toString() {
            return places.toString();
        }
    }
}
