package io.zmtp.spring.stream;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a consumer, under {@code spring.cloud.stream.zmtp.bindings.<binding>.consumer}. The type is by default SUB with
 * topics, and PULL without.
 *
 * @since 0.1
 */
public class ZmtpConsumerProperties extends ZmtpEndpointProperties {

    private List<String> topics = List.of();
    private @Nullable String deadLetter;
    private Duration shutdownTimeout = Duration.ofSeconds(10);

    /** All keys as they are by default. */
    public ZmtpConsumerProperties() {}

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
