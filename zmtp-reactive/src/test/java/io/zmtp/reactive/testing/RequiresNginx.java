package io.zmtp.reactive.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a test, with a reason, where nginx is not installed; in CI (environment variable {@code CI}) it fails. */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresNginx.Condition.class)
public @interface RequiresNginx {

    /** What JUnit asks. */
    final class Condition implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return decide(Nginx.isInstalled(), System.getenv("CI") != null);
        }

        static ConditionEvaluationResult decide(boolean available, boolean required) {
            if (available) {
                return ConditionEvaluationResult.enabled("nginx is here");
            }
            if (required) {
                throw new IllegalStateException("CI must have nginx: there is no " + Nginx.PROGRAM);
            }
            return ConditionEvaluationResult.disabled("no " + Nginx.PROGRAM + ": install nginx to run this test");
        }
    }
}
