package io.zmtp.spring.autoconfigure;

import static io.zmtp.spring.core.ZmtpReplays.replayOf;

import io.zmtp.spring.autoconfigure.properties.Place;
import io.zmtp.spring.autoconfigure.properties.ReplayProperties;
import io.zmtp.spring.autoconfigure.properties.SocketProperties;
import io.zmtp.spring.autoconfigure.properties.ZmtpProperties;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The place of each socket, by its name: from the first connection details that have it, else from the properties. */
record Places(Map<String, Place> all, Map<String, Place> replays, ZmtpProperties properties) {

    static Places of(List<ZmtpConnectionDetails> details, ZmtpProperties properties) {
        Map<String, Place> all = new LinkedHashMap<>();
        properties.sockets().keySet().forEach(name -> all.put(name, place(name, details, properties)));
        Map<String, Place> replays = new HashMap<>();
        all.forEach((name, place) -> {
            SocketProperties socket = properties.socket(name);
            if (socket.isReplayed() || socket.asksForReplay()) {
                replays.put(replayOf(name), replay(replayOf(name), place, socket.replay(), details));
            }
        });
        return new Places(all, replays, properties);
    }

    /** As protected as the socket beside it, wherever that is. */
    private static Place replay(
            String name, Place beside, ReplayProperties replay, List<ZmtpConnectionDetails> details) {
        List<String> bind = first(details, each -> each.bind(name));
        List<String> connect = first(details, each -> each.connect(name));
        return new Place(
                orNone(bind == null ? replay.bind() : bind),
                orNone(connect == null ? replay.connect() : connect),
                null,
                beside.serverKey(),
                beside.sslBundle(),
                beside.isTrusted(),
                false);
    }

    private static Place place(String name, List<ZmtpConnectionDetails> details, ZmtpProperties properties) {
        List<String> bind = first(details, each -> each.bind(name));
        List<String> connect = first(details, each -> each.connect(name));
        boolean isSilent = bind == null
                && connect == null
                && properties.socket(name).bind() == null
                && properties.socket(name).connect() == null
                && properties.socket(name).connectEach() == null;
        boolean isTrusted = details.stream().anyMatch(each -> each.isTrusted(name));
        String serverKey = isTrusted ? null : first(details, each -> each.serverKey(name));
        return new Place(
                orNone(bind == null ? properties.socket(name).bind() : bind),
                orNone(connect == null ? properties.socket(name).connect() : connect),
                connect == null ? properties.socket(name).connectEach() : null,
                serverKey == null && !isTrusted ? properties.security(name).serverKey() : serverKey,
                isTrusted ? null : first(details, each -> each.sslBundle(name)),
                isTrusted,
                isSilent);
    }

    private static <T> @Nullable T first(
            List<ZmtpConnectionDetails> details, Function<ZmtpConnectionDetails, @Nullable T> asking) {
        return details.stream().map(asking).filter(Objects::nonNull).findFirst().orElse(null);
    }

    private static List<String> orNone(@Nullable List<String> endpoints) {
        return endpoints == null ? List.of() : endpoints;
    }

    /** Of a socket that is made at run time: as {@code zmtp.defaults} says. */
    Place of(String socket) {
        Place known = all.getOrDefault(socket, replays.get(socket));
        return known == null ? place(socket, List.of(), properties) : known;
    }
}
