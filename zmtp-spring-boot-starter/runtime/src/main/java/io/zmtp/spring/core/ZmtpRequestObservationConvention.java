package io.zmtp.spring.core;

import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * The names and keys of the observation of a request through a template. A bean of this type changes them; by
 * default they are those of {@link ZmtpObservation#REQUEST}.
 *
 * @since 0.1
 */
public interface ZmtpRequestObservationConvention extends ObservationConvention<ZmtpSenderContext> {

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof ZmtpSenderContext sender && sender.what() == ZmtpObservation.REQUEST;
    }

    @Override
    default String getName() {
        return ZmtpObservation.REQUEST.getName();
    }

    @Override
    default String getContextualName(ZmtpSenderContext context) {
        return ZmtpObservation.REQUEST.getContextualName() + " " + context.socket();
    }

    /** Have few values: they become tags of meters. */
    @Override
    default KeyValues getLowCardinalityKeyValues(ZmtpSenderContext context) {
        return context.keys;
    }

    /** May have any number of values: they are for traces only. */
    @Override
    default KeyValues getHighCardinalityKeyValues(ZmtpSenderContext context) {
        return context.details();
    }
}
