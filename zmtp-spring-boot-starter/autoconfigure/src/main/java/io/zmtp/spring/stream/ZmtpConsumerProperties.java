package io.zmtp.spring.stream;

import io.zmtp.reactive.SocketType;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a consumer, under {@code spring.cloud.stream.zmtp.bindings.<binding>.consumer}.
 *
 * @since 0.1
 */
public class ZmtpConsumerProperties {

    private @Nullable SocketType type;
    private @Nullable Boolean bind;
    private List<String> topics = List.of();
    private @Nullable String deadLetter;
    private Duration shutdownTimeout = Duration.ofSeconds(10);

    /** All keys as they are by default. */
    public ZmtpConsumerProperties() {}

    /** {@return the type of the socket that is made for an endpoint; null for SUB with topics, and PULL without} */
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

    /** {@return the topics that are taken, as those of {@code @ZmtpListener}; none for all messages} */
    public List<String> getTopics() {
        return topics;
    }

    /** Sets {@link #getTopics()}. */
    public void setTopics(List<String> topics) {
        this.topics = topics;
    }

    /** {@return the socket name or endpoint that gets the messages whose function failed for good; null for none} */
    public @Nullable String getDeadLetter() {
        return deadLetter;
    }

    /** Sets {@link #getDeadLetter()}. */
    public void setDeadLetter(@Nullable String deadLetter) {
        this.deadLetter = deadLetter;
    }

    /** {@return how long stopping waits for the messages that are being handled} */
    public Duration getShutdownTimeout() {
        return shutdownTimeout;
    }

    /** Sets {@link #getShutdownTimeout()}. */
    public void setShutdownTimeout(Duration shutdownTimeout) {
        this.shutdownTimeout = shutdownTimeout;
    }
}
