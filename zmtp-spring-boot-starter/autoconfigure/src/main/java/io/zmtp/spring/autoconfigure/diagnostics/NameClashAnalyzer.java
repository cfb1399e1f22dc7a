package io.zmtp.spring.autoconfigure.diagnostics;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.support.BeanDefinitionOverrideException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Says which bean has the name of a socket already; before Boot's own analyzer, which would advise overriding it. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class NameClashAnalyzer extends AbstractFailureAnalyzer<BeanDefinitionOverrideException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, BeanDefinitionOverrideException cause) {
        String key = "zmtp.sockets." + cause.getBeanName();
        boolean socketFirst = key.equals(cause.getExistingDefinition().getDescription());
        if (!socketFirst && !key.equals(cause.getBeanDefinition().getDescription())) {
            return null;
        }
        String other = (socketFirst ? cause.getBeanDefinition() : cause.getExistingDefinition()).getBeanClassName();
        String name = cause.getBeanName();
        return new FailureAnalysis(
                key + " is to be a bean named '" + name
                        + "', but there is another one of that name: "
                        + (other == null ? "made by a factory method" : other) + ".",
                "Rename one of them: the socket in the properties, or the other, as by @Component(\"…\").",
                cause);
    }
}
