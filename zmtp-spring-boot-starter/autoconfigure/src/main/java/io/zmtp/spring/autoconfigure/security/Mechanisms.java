package io.zmtp.spring.autoconfigure.security;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.mechanism.Authenticator;
import io.zmtp.reactive.mechanism.CurveMechanism;
import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.mechanism.Mechanism;
import io.zmtp.reactive.mechanism.NullMechanism;
import io.zmtp.reactive.mechanism.PlainMechanism;
import io.zmtp.reactive.mechanism.Verdict;
import io.zmtp.spring.autoconfigure.properties.Place;
import io.zmtp.spring.autoconfigure.properties.SocketProperties;
import io.zmtp.spring.core.ZmtpConfigurationException;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Makes the mechanism of a socket from its {@code security} properties. */
public final class Mechanisms {

    private final CurveKeys keys;

    public Mechanisms(CurveKeys keys) {
        this.keys = keys;
    }

    /**
     * Makes one.
     *
     * @param place of the socket, with the public key of the server that it connects to, if it is a CURVE client
     */
    public Mechanism of(String socket, SocketProperties.Security security, Place place) {
        SocketProperties.MechanismName name = security.mechanism();
        if (name == null) {
            return NullMechanism.create(); // there are no credentials, see SecurityRules
        }
        return switch (name) {
            case NULL -> NullMechanism.create();
            case PLAIN -> plain(socket, security);
            case CURVE -> curve(socket, security, place);
        };
    }

    private static Mechanism plain(String socket, SocketProperties.Security security) {
        Map<String, String> users = security.users();
        if (users != null && !users.isEmpty()) {
            return PlainMechanism.server(passwords(users));
        }
        String username = security.username();
        String password = security.password();
        if (username == null || password == null) {
            throw missing(
                    socket,
                    username == null ? "username" : "password",
                    "the mechanism is PLAIN and there are no security.users, so it is a client");
        }
        return PlainMechanism.client(username, password);
    }

    private static Authenticator passwords(Map<String, String> users) {
        return credentials -> {
            String username = credentials.username();
            String password = username == null ? null : users.get(username);
            Bytes shown = credentials.password();
            boolean known = password != null
                    && shown != null
                    && MessageDigest.isEqual(Bytes.utf8(password).toByteArray(), shown.toByteArray());
            return Mono.just(
                    known && username != null ? Verdict.accept(username) : Verdict.refuse("unknown user or password"));
        };
    }

    private Mechanism curve(String socket, SocketProperties.Security security, Place place) {
        KeyPair pair = pair(socket, security);
        String serverKey = place.serverKey();
        if (serverKey != null) {
            Bytes server = keys.read(socket, security.bundle(), "server-key", serverKey);
            return CurveMechanism.client(server, pair == null ? KeyPair.generate() : pair);
        }
        if (pair == null) {
            throw noKeys(socket, place);
        }
        return CurveMechanism.server(pair, clients(socket, security.bundle(), security.clients()));
    }

    private static ZmtpConfigurationException noKeys(String socket, Place place) {
        boolean binds = !place.bind().isEmpty();
        boolean connects = !place.connect().isEmpty();
        if (connects && !binds) {
            return missing(socket, "server-key", "the mechanism is CURVE and the socket connects, so it is a client");
        } else if (binds && !connects) {
            return missing(socket, "secret-key", "the mechanism is CURVE and the socket is bound, so it is a server");
        }
        return missing(
                socket,
                "secret-key",
                "the mechanism is CURVE; a server needs that, and clients; a client needs security.server-key instead");
    }

    private @Nullable KeyPair pair(String socket, SocketProperties.Security security) {
        String secret = security.secretKey();
        if (secret != null) {
            return KeyPair.of(keys.read(socket, security.bundle(), "secret-key", secret));
        }
        String location = security.secretKeyLocation();
        return location == null ? null : KeyPair.of(keys.readFile(socket, location));
    }

    private Authenticator clients(String socket, @Nullable String bundle, @Nullable List<String> clients) {
        if (clients == null || clients.isEmpty()) {
            throw missing(socket, "clients", "it is a CURVE server, and it must know whom to let in; * is for anyone");
        }
        if (clients.equals(List.of("*"))) {
            return Authenticator.anyone();
        }
        Set<Bytes> known = new HashSet<>();
        for (int i = 0; i < clients.size(); i++) {
            known.add(keys.read(socket, bundle, "clients[" + i + "]", clients.get(i)));
        }
        return Authenticator.publicKeys(known);
    }

    private static ZmtpConfigurationException missing(String socket, String key, String why) {
        String name = "zmtp.sockets." + socket + ".security." + key;
        return new ZmtpConfigurationException(name + " is missing: " + why + ".", "Set " + name + ".");
    }
}
