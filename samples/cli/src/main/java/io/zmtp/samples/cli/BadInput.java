package io.zmtp.samples.cli;

/** Standard input has something that is no message; the text says where and what was expected. */
final class BadInput extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BadInput(String message) {
        super(message);
    }

    /** The same, with its place in the input. */
    BadInput at(long line) {
        return new BadInput("line " + line + ": " + getMessage());
    }
}
