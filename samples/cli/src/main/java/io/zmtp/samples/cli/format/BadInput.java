package io.zmtp.samples.cli.format;

/** Standard input has something that is no message; the text says where and what was expected. */
public final class BadInput extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BadInput(String message) {
        super(message);
    }

    /** The same, with its place in the input. */
    public BadInput at(long line) {
        return new BadInput("line " + line + ": " + getMessage());
    }
}
