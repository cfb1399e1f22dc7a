package io.zmtp.samples.cli;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Reads the values of options, and says what was expected where one is wrong. */
final class Values {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([kMG]?)");

    private Values() {}

    static void register(CommandLine command) {
        command.registerConverter(Endpoint.class, Values::endpoint);
        command.registerConverter(Duration.class, Values::duration);
        command.registerConverter(Bytes.class, Bytes::utf8);
        command.registerConverter(ByteSize.class, Values::size);
        command.registerConverter(Count.class, Values::count);
        command.registerConverter(PeerAt.class, Values::peerAt);
    }

    /** Octets. */
    record ByteSize(long bytes) {}

    /** How many, at least one. */
    record Count(long number) {}

    /**
     * A socket and its endpoint.
     *
     * @param isBound written {@code type@endpoint}; else {@code type>endpoint}
     */
    record PeerAt(String type, boolean isBound, Endpoint endpoint) {}

    static Endpoint endpoint(String text) {
        try {
            Endpoint endpoint = Endpoint.parse(text);
            if (endpoint.scheme() == Endpoint.Scheme.INPROC) {
                throw new TypeConversionException("inproc is within one process: nobody else could come");
            }
            return endpoint;
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    /** Refuses an endpoint that no peer can be at. */
    static void checkPeer(String option, Endpoint endpoint) {
        if (endpoint.anyPath()) {
            throw new UsageError(option, "expected a path, but " + endpoint + " has *, which is for binding");
        }
        if (endpoint.anyHost() || endpoint.anyPort()) {
            throw new UsageError(
                    option, "expected a host and a port, but " + endpoint + " has * for one, which is for binding");
        }
    }

    static Duration duration(String text) {
        Matcher parts = DURATION.matcher(text);
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        if (!parts.matches()) {
            throw new TypeConversionException(
                    "expected a duration such as 500ms, 5s, 1m or 2h, but \"" + text + "\" came");
        }
        long unit = switch (parts.group(2)) {
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            default -> 3_600_000_000_000L;
        };
        double nanos = Double.parseDouble(parts.group(1)) * unit;
        return Duration.ofNanos((long) Math.min(nanos, Long.MAX_VALUE / 4));
    }

    private static ByteSize size(String text) {
        Matcher parts = SIZE.matcher(text);
        if (!parts.matches()) {
            throw new TypeConversionException(
                    "expected a number of octets such as 1000000, 64k, 16M or 1G, but \"" + text + "\" came");
        }
        int shift = switch (parts.group(2)) {
            case "k" -> 10;
            case "M" -> 20;
            case "G" -> 30;
            default -> 0;
        };
        return new ByteSize(Long.parseLong(parts.group(1)) << shift);
    }

    private static Count count(String text) {
        try {
            long number = Long.parseLong(text);
            if (number > 0) {
                return new Count(number);
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new TypeConversionException("expected a whole number, at least 1, but \"" + text + "\" came");
    }

    private static PeerAt peerAt(String text) {
        int mark = 0;
        while (mark < text.length() && Character.isLetter(text.charAt(mark))) {
            mark++;
        }
        if (mark == 0 || mark == text.length() || "@>".indexOf(text.charAt(mark)) < 0) {
            throw new TypeConversionException("expected TYPE@ENDPOINT to bind, or 'TYPE>ENDPOINT' to connect, such as"
                    + " router@tcp://*:5555, but \"" + text + "\" came");
        }
        return new PeerAt(text.substring(0, mark), text.charAt(mark) == '@', endpoint(text.substring(mark + 1)));
    }
}
