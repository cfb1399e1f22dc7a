package io.zmtp.spring.core;

import io.zmtp.reactive.Bytes;
import org.springframework.core.ResolvableType;
import org.springframework.core.codec.DecodingException;
import org.springframework.util.MimeType;

/**
 * A payload that cannot be converted. The text names the wanted type and the class of the codec's error. The error itself is
 * left out, since its text may quote the payload.
 *
 * @since 0.1
 */
public final class UnreadablePayloadException extends DecodingException {

    private static final long serialVersionUID = 1;

    UnreadablePayloadException(Bytes payload, ResolvableType wanted, MimeType contentType, DecodingException met) {
        super("payload: expected " + wanted + " as " + contentType + ", but the " + payload.size()
                + " octets that came cannot be read as one: "
                + met.getMostSpecificCause().getClass().getName());
        setStackTrace(met.getStackTrace());
    }

    private UnreadablePayloadException(String text, UnreadablePayloadException met) {
        super(text);
        setStackTrace(met.getStackTrace());
    }

    /**
     * Says where the payload came from.
     *
     * @param where such as the name of a socket, and the route that was asked
     * @return the same failure with that before its text
     */
    public UnreadablePayloadException at(String where) {
        return new UnreadablePayloadException(where + ": " + getMessage(), this);
    }
}
