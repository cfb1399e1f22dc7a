package io.zmtp.reactive.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a test, with a reason, where the peers of Node are not installed; in CI (environment variable {@code CI}) it fails. */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresNode.Condition.class)
public @interface RequiresNode {

    /** What JUnit asks. */
    final class Condition implements ExecutionCondition {
        private static final @Nullable String MISSING = NodePeers.missing();

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return decide(MISSING, System.getenv("CI") != null);
        }

        static ConditionEvaluationResult decide(@Nullable String missing, boolean required) {
            if (missing == null) {
                return ConditionEvaluationResult.enabled("Node and its peers are here");
            }
            if (required) {
                throw new IllegalStateException("CI must have the peers of Node: " + missing);
            }
            return ConditionEvaluationResult.disabled(missing);
        }
    }
}
