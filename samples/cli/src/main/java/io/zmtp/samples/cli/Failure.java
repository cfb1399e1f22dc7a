package io.zmtp.samples.cli;

/** Why the tool ends without having done what it was asked to, in a sentence. */
final class Failure extends RuntimeException {

    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int TIMEOUT = 3;

    private static final long serialVersionUID = 1L;

    private final int status;

    private Failure(int status, String sentence) {
        super(sentence, null, false, false);
        this.status = status;
    }

    static Failure failed(String sentence) {
        return new Failure(FAILED, sentence);
    }

    static Failure timeout(String sentence) {
        return new Failure(TIMEOUT, sentence);
    }

    /** The exit status. */
    int status() {
        return status;
    }
}
