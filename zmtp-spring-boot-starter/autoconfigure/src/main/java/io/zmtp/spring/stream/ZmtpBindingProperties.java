package io.zmtp.spring.stream;

import org.springframework.cloud.stream.binder.BinderSpecificPropertiesProvider;

/**
 * The keys of a binding that only this binder knows, under {@code spring.cloud.stream.zmtp.bindings.<binding>}.
 *
 * @since 0.1
 */
public class ZmtpBindingProperties implements BinderSpecificPropertiesProvider {

    private ZmtpConsumerProperties consumer = new ZmtpConsumerProperties();
    private ZmtpProducerProperties producer = new ZmtpProducerProperties();

    /** All keys as they are by default. */
    public ZmtpBindingProperties() {}

    @Override
    public ZmtpConsumerProperties getConsumer() {
        return consumer;
    }

    /** Sets {@link #getConsumer()}. */
    public void setConsumer(ZmtpConsumerProperties consumer) {
        this.consumer = consumer;
    }

    @Override
    public ZmtpProducerProperties getProducer() {
        return producer;
    }

    /** Sets {@link #getProducer()}. */
    public void setProducer(ZmtpProducerProperties producer) {
        this.producer = producer;
    }
}
