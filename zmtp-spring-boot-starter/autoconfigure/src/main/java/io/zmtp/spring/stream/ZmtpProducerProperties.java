package io.zmtp.spring.stream;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.expression.Expression;

/**
 * The keys of a producer, under {@code spring.cloud.stream.zmtp.bindings.<binding>.producer}. The type is by default PUB with
 * a topic expression, and PUSH without.
 *
 * @since 0.1
 */
public class ZmtpProducerProperties extends ZmtpEndpointProperties {

    private @Nullable Expression topicExpression;
    private List<String> headerPatterns = List.of("*");
    private @Nullable Duration sendTimeout;

    /** All keys as they are by default. */
    public ZmtpProducerProperties() {}

    /**
     * {@return SpEL over the message, such as {@code headers.symbol}, for the topic before the payload; null for none} The
     * payload is octets by then.
     */
    public @Nullable Expression getTopicExpression() {
        return topicExpression;
    }

    /** Sets {@link #getTopicExpression()}. */
    public void setTopicExpression(@Nullable Expression topicExpression) {
        this.topicExpression = topicExpression;
    }

    /** {@return which headers go into the part for headers, as {@code trace*} or {@code !secret*}; the first match counts} */
    public List<String> getHeaderPatterns() {
        return headerPatterns;
    }

    /** Sets {@link #getHeaderPatterns()}. */
    public void setHeaderPatterns(List<String> headerPatterns) {
        this.headerPatterns = headerPatterns;
    }

    /** {@return how long a message may wait for room in a queue before sending it fails; null for as long as it takes} */
    public @Nullable Duration getSendTimeout() {
        return sendTimeout;
    }

    /** Sets {@link #getSendTimeout()}. */
    public void setSendTimeout(@Nullable Duration sendTimeout) {
        this.sendTimeout = sendTimeout;
    }
}
