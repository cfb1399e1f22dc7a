package io.zmtp.spring.autoconfigure.diagnostics;

import io.zmtp.spring.autoconfigure.properties.KnownKeys;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Says which key an unknown one under {@code zmtp} may have been meant to be; before Boot's own, which has no idea. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class UnknownKeyAnalyzer extends AbstractFailureAnalyzer<UnboundConfigurationPropertiesException> {

    private static final ConfigurationPropertyName OURS = ConfigurationPropertyName.of("zmtp");

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, UnboundConfigurationPropertiesException cause) {
        boolean ours = cause.getUnboundProperties().stream().allMatch(unbound -> OURS.isAncestorOf(unbound.getName()));
        return !ours
                ? null
                : new FailureAnalysis(
                        KnownKeys.ofSockets().describe(cause.getUnboundProperties()), KnownKeys.REMEDY, cause);
    }
}
