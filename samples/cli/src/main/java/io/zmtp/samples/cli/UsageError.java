package io.zmtp.samples.cli;

/** Options that do not go together, or have a value that they cannot have. */
final class UsageError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UsageError(String option, String sentence) {
        super(option + ": " + sentence);
    }
}
