package io.zmtp.spring.core;

import org.jspecify.annotations.Nullable;

/**
 * The configuration cannot be followed. Boot's failure report shows the remedy.
 *
 * @since 0.1
 */
public class ZmtpConfigurationException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String remedy;

    /**
     * A failure with its remedy.
     *
     * @param message what is wrong, and where
     * @param remedy what to do about it
     */
    public ZmtpConfigurationException(String message, String remedy) {
        this(message, remedy, null);
    }

    /** A failure with its remedy and the error behind it. */
    public ZmtpConfigurationException(String message, String remedy, @Nullable Throwable cause) {
        super(message, cause);
        this.remedy = remedy;
    }

    /** {@return what to do about it} */
    public String remedy() {
        return remedy;
    }
}
