package io.zmtp.spring.core;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * The names and keys of the observation of what a listener does with a message. A bean of this type changes them; by
 * default they are those of {@link ZmtpObservation#LISTENER}.
 *
 * @since 0.1
 */
public interface ZmtpListenerObservationConvention extends ObservationConvention<ZmtpReceiverContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof ZmtpReceiverContext;
    }

    @Override
    default String getName() {
        return ZmtpObservation.LISTENER.getName();
    }

    @Override
    default String getContextualName(ZmtpReceiverContext context) {
        return context.observed().contextualName();
    }

    /** Have few values: they become tags of meters. */
    @Override
    default KeyValues getLowCardinalityKeyValues(ZmtpReceiverContext context) {
        return context.observed().low();
    }

    /** May have any number of values: they are for traces only. */
    @Override
    default KeyValues getHighCardinalityKeyValues(ZmtpReceiverContext context) {
        return context.details();
    }
}
