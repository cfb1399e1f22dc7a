package io.zmtp.reactive;

import java.nio.charset.StandardCharsets;

/** Endpoints as users write them: read, and the same when written again, or refused with the text. */
public final class EndpointFuzz {
    private EndpointFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        Endpoint endpoint;
        try {
            endpoint = Endpoint.parse(text);
        } catch (IllegalArgumentException refused) {
            refused.getMessage();
            return;
        }
        Endpoint again = Endpoint.parse(endpoint.toString());
        if (!again.equals(endpoint)) {
            throw new AssertionError(text + " is " + endpoint + ", and then " + again);
        }
    }
}
