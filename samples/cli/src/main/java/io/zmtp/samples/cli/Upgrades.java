package io.zmtp.samples.cli;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.connection.ZmtpClient;
import io.zmtp.reactive.socket.SocketOptions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import reactor.core.publisher.Mono;

/** The requests that {@code ws} and {@code wss} begin with. */
final class Upgrades {

    @Option(
            names = "--header",
            paramLabel = "'NAME: VALUE'",
            description =
                    "A header field of our requests, such as 'Authorization: Bearer …'; may be given several times.")
    List<String> headers = new ArrayList<>();

    @Option(
            names = "--allow-origin",
            paramLabel = "ORIGIN",
            description =
                    "Let in web pages of this origin, such as https://example.com, or * for all; may be given several"
                            + " times. Default: no pages.")
    List<String> origins = new ArrayList<>();

    SocketOptions applyTo(SocketOptions options, Where where) {
        check("--header", headers, where.connects);
        check("--allow-origin", origins, where.binds);
        Map<String, String> fields = new LinkedHashMap<>();
        headers.forEach(header -> add(header, fields));
        return options.client(client -> client.upgradeHeaders(Mono.just(fields)))
                .server(server -> server.allowedOrigins(origins.toArray(String[]::new)));
    }

    private static void add(String header, Map<String, String> fields) {
        int colon = header.indexOf(':');
        if (colon < 1) {
            throw new UsageError("--header", "expected 'NAME: VALUE', but there is no name before a colon");
        }
        String name = header.substring(0, colon).strip();
        String value = header.substring(colon + 1).strip();
        try {
            ZmtpClient.create().upgradeHeader(name, value); // which checks them
        } catch (IllegalArgumentException e) {
            throw new UsageError("--header", String.valueOf(e.getMessage()));
        }
        fields.put(name, value);
    }

    private static void check(String option, List<String> given, List<Endpoint> endpoints) {
        if (!given.isEmpty()
                && endpoints.stream().noneMatch(endpoint -> endpoint.scheme().isWebSocket())) {
            throw new UsageError(
                    option, "expected an endpoint of ws or wss that it is for; the others have no requests");
        }
    }
}
