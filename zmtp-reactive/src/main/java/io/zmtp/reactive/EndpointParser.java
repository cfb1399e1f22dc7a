package io.zmtp.reactive;

import io.zmtp.reactive.Endpoint.Scheme;
import io.zmtp.reactive.Endpoint.Source;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads endpoints, and says what is wrong with those it cannot read. */
final class EndpointParser {
    private static final String SCHEMES = "tcp, tls+tcp, ws, wss, ipc, inproc or udp";
    private static final Set<String> SCHEMES_TO_COME = Set.of("lz4+tcp", "zstd+tcp", "vsock", "pgm", "epgm", "tipc");

    private EndpointParser() {}

    static Endpoint parse(String text) {
        int mark = text.indexOf("://");
        if (isPath(text)) {
            return new Endpoint(Scheme.WS, "", 0, path(text, text.substring(text.indexOf('/'))), null);
        }
        if (mark < 0 && text.regionMatches(true, 0, "wss:/", 0, 5)) {
            throw Endpoint.wrong(
                    text, "expected ws:/path for a path of a web server, whose business TLS is, but the scheme is wss");
        }
        if (mark < 0) {
            throw Endpoint.wrong(text, "expected scheme://…, the scheme being " + SCHEMES + ", but there is no ://");
        }
        Scheme scheme = scheme(text, text.substring(0, mark));
        String rest = text.substring(mark + 3);
        return switch (scheme) {
            case IPC -> Endpoint.ofIpc(rest);
            case INPROC -> Endpoint.ofInproc(rest);
            case TCP, TLS_TCP -> hostAndPort(text, scheme, rest, "");
            case WS, WSS -> resource(text, scheme, rest);
            case UDP -> {
                Endpoint endpoint = hostAndPort(text, scheme, rest, "");
                if (rest.indexOf(';') >= 0) {
                    checkMulticast(text, endpoint.host());
                }
                yield endpoint;
            }
        };
    }

    private static boolean isPath(String text) {
        String start = Scheme.WS.text() + ":/";
        return text.regionMatches(true, 0, start, 0, start.length()) && !text.startsWith("/", start.length());
    }

    private static Endpoint resource(String text, Scheme scheme, String rest) {
        int slash = rest.indexOf('/');
        String authority = slash < 0 ? rest : rest.substring(0, slash);
        String path = path(text, slash < 0 ? "/" : rest.substring(slash));
        boolean hasPort = authority.lastIndexOf(':') > Math.max(authority.lastIndexOf(']'), authority.lastIndexOf(';'));
        String implied = scheme == Scheme.WS ? ":80" : ":443";
        return hostAndPort(text, scheme, hasPort ? authority : authority + implied, path);
    }

    private static String path(String text, String path) {
        if (path.length() > Endpoint.MAX_RESOURCE) {
            throw Endpoint.wrong(
                    text,
                    "expected a path of at most " + Endpoint.MAX_RESOURCE + " characters, but it has " + path.length());
        }
        if (path.chars().anyMatch(character -> character <= ' ' || character > '~' || character == '#')) {
            throw Endpoint.wrong(
                    text,
                    "expected a path of printable ASCII characters without blanks and #, others as %XX, but there are"
                            + " such");
        }
        return path;
    }

    /** What stands before the semicolon: of udp an interface, else an interface or an address, with or without a port. */
    private static @Nullable Source source(String text, Scheme scheme, String written) {
        if (written.isEmpty()) {
            throw Endpoint.wrong(
                    text,
                    expected(scheme) + ", but the " + (scheme == Scheme.UDP ? "interface" : "source") + " is empty");
        }
        int colon = written.lastIndexOf(':');
        boolean hasPort = scheme != Scheme.UDP && colon > written.lastIndexOf(']');
        String host = host(text, hasPort ? written.substring(0, colon) : written);
        int port = hasPort ? port(text, scheme, written.substring(colon + 1)) : 0;
        return host.equals("*") && port == 0 ? null : new Source(host, port);
    }

    // Whether a name stands for a multicast address would show too late.
    static void checkMulticast(String text, String host) {
        if (!isMulticast(host)) {
            throw Endpoint.wrong(
                    text,
                    "expected a multicast address behind the interface, such as 239.0.0.1 or [ff02::1], but it is \""
                            + Printable.of(host) + "\"");
        }
    }

    static boolean isMulticast(String host) {
        return host.matches("(22[4-9]|23[0-9])([.][0-9]{1,3}){3}|[fF]{2}[0-9a-fA-F]{2}:.*");
    }

    private static Scheme scheme(String text, String written) {
        String name = written.toLowerCase(Locale.ROOT);
        if (name.equals("tls")) {
            return Scheme.TLS_TCP;
        }
        for (Scheme scheme : Scheme.values()) {
            if (scheme.text().equals(name)) {
                return scheme;
            }
        }
        throw Endpoint.wrong(
                text,
                SCHEMES_TO_COME.contains(name)
                        ? "expected " + SCHEMES + ", but " + name + " is not offered yet"
                        : "expected " + SCHEMES + ", but the scheme is \"" + Printable.of(written) + "\"");
    }

    private static String expected(Scheme scheme) {
        return scheme == Scheme.UDP
                ? "expected udp://address:port or udp://interface;address:port"
                : "expected " + scheme.text() + "://host:port" + (scheme.isWebSocket() ? "/path" : "");
    }

    private static Endpoint hostAndPort(String text, Scheme scheme, String all, String path) {
        int semicolon = all.lastIndexOf(';');
        Source source = semicolon < 0 ? null : source(text, scheme, all.substring(0, semicolon));
        String rest = all.substring(semicolon + 1);
        if (rest.indexOf('/') >= 0) {
            throw Endpoint.wrong(text, expected(scheme) + ", but there is a /resource, which is not offered yet");
        }
        if (hasBlank(rest)) {
            throw Endpoint.wrong(text, expected(scheme) + " without blanks, but there are some");
        }
        int colon = rest.lastIndexOf(':');
        if (colon < 0 || colon < rest.lastIndexOf(']')) {
            throw Endpoint.wrong(text, expected(scheme) + ", but there is no port");
        }
        String host = host(text, rest.substring(0, colon));
        return new Endpoint(scheme, host, port(text, scheme, rest.substring(colon + 1)), path, source);
    }

    private static boolean hasBlank(String text) {
        for (int at = 0; at < text.length(); at++) {
            char character = text.charAt(at);
            if (Character.isWhitespace(character) || Character.isSpaceChar(character)) {
                return true;
            }
        }
        return false;
    }

    private static String host(String text, String written) {
        String host = withoutBrackets(written);
        if (host.equals(written) && host.indexOf(':') >= 0) {
            throw Endpoint.wrong(
                    text, "expected an IPv6 address in brackets, as in tcp://[::1]:5555, but there are none");
        }
        checkHost(text, host);
        return host;
    }

    private static String withoutBrackets(String host) {
        boolean isIpv6 = host.startsWith("[") && host.endsWith("]") && host.indexOf(':') > 0;
        return isIpv6 ? host.substring(1, host.length() - 1) : host;
    }

    // Loose on purpose: whether a name can be resolved is the resolver's business.
    static void checkHost(String text, String host) {
        if (host.isEmpty()) {
            throw Endpoint.wrong(text, "expected a host, or * for all addresses, but the host is empty");
        }
        if (host.equals("*")) {
            return;
        }
        boolean ipv6 = host.indexOf(':') >= 0;
        for (int index = 0; index < host.length(); index++) {
            char character = host.charAt(index);
            if (!Character.isLetterOrDigit(character) && (ipv6 ? ":.%-_" : ".-_").indexOf(character) < 0) {
                throw Endpoint.wrong(
                        text,
                        "expected a host name or address, but \"" + Printable.of(host) + "\" has '"
                                + Printable.of(String.valueOf(character)) + "'");
            }
        }
        if (ipv6) {
            checkIpv6(text, host);
        }
    }

    private static void checkIpv6(String text, String host) {
        int zone = host.indexOf('%');
        String address = zone < 0 ? host : host.substring(0, zone);
        boolean digits = address.chars()
                .allMatch(character -> character < 128
                        && (Character.digit(character, 16) >= 0 || character == ':' || character == '.'));
        if (!digits || address.indexOf(':') == address.lastIndexOf(':')) {
            throw Endpoint.wrong(
                    text, "expected an IPv6 address in the brackets, but it is \"" + Printable.of(host) + "\"");
        }
    }

    private static int port(String text, Scheme scheme, String digits) {
        if (digits.equals("*")) {
            return 0;
        }
        if (digits.isEmpty()) {
            throw Endpoint.wrong(text, expected(scheme) + ", with * for any port, but the port is empty");
        }
        int port = 0;
        for (int index = 0; index < digits.length(); index++) {
            char digit = digits.charAt(index);
            if (digit < '0' || digit > '9') {
                throw Endpoint.wrong(
                        text, "expected a port of digits, or *, but it is \"" + Printable.of(digits) + "\"");
            }
            port = Math.min(port * 10 + (digit - '0'), Endpoint.MAX_PORT + 1);
        }
        if (port > Endpoint.MAX_PORT) {
            throw Endpoint.wrong(
                    text, "expected a port of at most " + Endpoint.MAX_PORT + ", but it is " + Printable.of(digits));
        }
        return port;
    }
}
