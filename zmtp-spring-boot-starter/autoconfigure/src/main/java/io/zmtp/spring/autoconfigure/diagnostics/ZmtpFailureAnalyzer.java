package io.zmtp.spring.autoconfigure.diagnostics;

import io.zmtp.spring.core.ZmtpConfigurationException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Reports a {@link ZmtpConfigurationException} with its remedy instead of a stack trace. */
public final class ZmtpFailureAnalyzer extends AbstractFailureAnalyzer<ZmtpConfigurationException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, ZmtpConfigurationException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.remedy(), cause);
    }
}
