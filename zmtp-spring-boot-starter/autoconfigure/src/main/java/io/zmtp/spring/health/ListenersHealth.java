package io.zmtp.spring.health;

import io.zmtp.spring.listener.ListenerState;
import io.zmtp.spring.listener.ZmtpListenerRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/**
 * What the listeners of a socket contribute to its health.
 *
 * @param registry null if the application has none
 */
record ListenersHealth(String socket, @Nullable ZmtpListenerRegistry registry) {

    private Map<String, ListenerState> states() {
        return registry == null ? Map.of() : registry.statesOf(socket);
    }

    /** Null if they are well. */
    @Nullable
    Status status() {
        Map<String, ListenerState> states = states();
        if (states.containsValue(ListenerState.FAILED)) {
            return Status.OUT_OF_SERVICE;
        }
        return states.containsValue(ListenerState.RETRYING) ? Status.DOWN : null;
    }

    /** The states, and of what failed the kind of failure; its text may be a peer's. */
    void describe(Health.Builder health) {
        Map<String, String> shown = new LinkedHashMap<>();
        states().forEach((id, state) -> shown.put(
                id,
                state
                        + (registry == null
                                ? ""
                                : registry.failure(id)
                                        .map(why -> ", " + why.getClass().getName())
                                        .orElse(""))));
        if (!shown.isEmpty()) {
            health.withDetail("listeners", shown);
        }
    }
}
