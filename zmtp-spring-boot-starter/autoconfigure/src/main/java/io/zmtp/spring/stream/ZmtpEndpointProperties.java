package io.zmtp.spring.stream;

import io.zmtp.reactive.SocketType;
import org.jspecify.annotations.Nullable;

/**
 * The keys for a destination that is an endpoint, for which a socket is made.
 *
 * @since 0.1
 */
public abstract class ZmtpEndpointProperties {

    private @Nullable SocketType type;
    private @Nullable Boolean bind;

    /** All keys as they are by default. */
    protected ZmtpEndpointProperties() {}

    /** {@return the type of the socket; null for the usual one} */
    public @Nullable SocketType getType() {
        return type;
    }

    /** Sets {@link #getType()}. */
    public void setType(@Nullable SocketType type) {
        this.type = type;
    }

    /** {@return whether an endpoint is bound, or connected to; null to bind those of all hosts, as tcp://*:5555, only} */
    public @Nullable Boolean getBind() {
        return bind;
    }

    /** Sets {@link #getBind()}. */
    public void setBind(@Nullable Boolean bind) {
        this.bind = bind;
    }
}
