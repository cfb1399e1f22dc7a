package io.zmtp.reactive.testing;

import java.io.IOException;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Skips a test, with a reason, where Debian's pyzmq is not installed; in CI (environment variable {@code CI}) it fails. */
@Documented
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RequiresPython.Condition.class)
public @interface RequiresPython {

    /** The system's, for which Debian has packages. */
    String PYTHON = "/usr/bin/python3";

    /** What JUnit asks. */
    final class Condition implements ExecutionCondition {
        private static final @Nullable String MISSING = missing();

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return decide(MISSING, System.getenv("CI") != null);
        }

        private static @Nullable String missing() {
            try {
                Process asked = new ProcessBuilder(PYTHON, "-c", "import zmq")
                        .redirectErrorStream(true)
                        .start();
                return asked.waitFor(30, TimeUnit.SECONDS) && asked.exitValue() == 0
                        ? null
                        : "no pyzmq: install python3-zmq to run this test";
            } catch (IOException absent) {
                return "no " + PYTHON;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "interrupted";
            }
        }

        static ConditionEvaluationResult decide(@Nullable String missing, boolean required) {
            if (missing == null) {
                return ConditionEvaluationResult.enabled("pyzmq is here");
            }
            if (required) {
                throw new IllegalStateException("CI must have pyzmq: " + missing);
            }
            return ConditionEvaluationResult.disabled(missing);
        }
    }
}
