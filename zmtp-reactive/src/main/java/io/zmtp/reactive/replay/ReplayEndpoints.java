package io.zmtp.reactive.replay;

import io.zmtp.reactive.Endpoint;

/**
 * Where a publication and its replay are.
 *
 * @param publication the endpoint of the PUB
 * @param replay the endpoint of the ROUTER
 * @since 0.1
 */
public record ReplayEndpoints(Endpoint publication, Endpoint replay) {

    /**
     * Reads both.
     *
     * @param publication such as {@code tcp://market:5556}
     * @param replay such as {@code tcp://market:5557}
     * @return the endpoints
     * @throws IllegalArgumentException if one of them is no endpoint
     */
    public static ReplayEndpoints of(String publication, String replay) {
        return new ReplayEndpoints(Endpoint.parse(publication), Endpoint.parse(replay));
    }
}
