package io.zmtp.reactive.transport.ws;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** The connecting side of an upgrade (RFC 6455, section 4.1). Lives on the event loop. Internal. */
public final class ClientUpgrade extends ChannelInboundHandlerAdapter {

    private final Channel channel;
    private final Endpoint endpoint;
    private final List<Subprotocol> offered;
    private final boolean weAreServer;
    private final SocketType type;
    private final Bytes routingId;
    private final String key;
    private final MonoSink<WebSocketLink> answer;
    private @Nullable HttpResponse head;
    private boolean settled;

    private ClientUpgrade(
            Channel channel,
            Endpoint endpoint,
            List<Subprotocol> offered,
            boolean weAreServer,
            SocketType type,
            Bytes routingId,
            MonoSink<WebSocketLink> answer) {
        this.channel = channel;
        this.endpoint = endpoint;
        this.offered = offered;
        this.weAreServer = weAreServer;
        this.type = type;
        this.routingId = routingId;
        this.answer = answer;
        byte[] nonce = new byte[16];
        ThreadLocalRandom.current().nextBytes(nonce); // tells answers apart, and keeps no secret
        this.key = Base64.getEncoder().encodeToString(nonce);
    }

    /**
     * Asks for a WebSocket.
     *
     * @param above the handler that speaks ZMTP, above which nothing of this may come
     * @param mechanism the name of ours
     * @param weAreServer whether this side is its server
     * @param type our socket type
     * @param routingId ours
     * @param headers further header fields, checked by {@link #checkHeader}
     * @return emits on the event loop what the channel has become; the peer's greeting has been fired. Fails with a
     *     {@link ZmtpHandshakeException} if the server refuses, or is no server of WebSocket
     * @throws IllegalArgumentException if the mechanism has no subprotocol
     */
    public static Mono<WebSocketLink> start(
            ChannelHandlerContext above,
            Endpoint endpoint,
            String mechanism,
            boolean weAreServer,
            SocketType type,
            Bytes routingId,
            Map<String, String> headers) {
        List<Subprotocol> offered = Subprotocol.of(mechanism, type);
        return Mono.create(sink -> {
            Channel channel = above.channel();
            ClientUpgrade upgrade = new ClientUpgrade(channel, endpoint, offered, weAreServer, type, routingId, sink);
            sink.onCancel(() -> upgrade.settled = true);
            channel.pipeline()
                    .addBefore(above.name(), ServerUpgrade.DECODER, new HttpResponseDecoder(ServerUpgrade.limits()))
                    .addAfter(ServerUpgrade.DECODER, null, upgrade);
            ByteBuf request = Unpooled.copiedBuffer(upgrade.request(headers), StandardCharsets.ISO_8859_1);
            channel.pipeline()
                    .context(ServerUpgrade.DECODER)
                    .writeAndFlush(request)
                    .addListener(written -> {
                        if (!written.isSuccess()) {
                            upgrade.fail(written.cause());
                        }
                    });
            channel.read();
        });
    }

    /**
     * Checks a header field that a user adds.
     *
     * @throws IllegalArgumentException if it could not be sent, or is one of WebSocket's own
     */
    public static void checkHeader(String name, String value) {
        if (!name.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+")) {
            throw new IllegalArgumentException(
                    "upgrade header: expected the name of a header field, but it is \"" + Printable.of(name) + "\"");
        }
        boolean isOurs = name.matches("(?i)upgrade|connection|content-length|transfer-encoding|sec-websocket-.*");
        if (isOurs) {
            throw new IllegalArgumentException(
                    "upgrade header: expected one that is not WebSocket's own, but it is " + name);
        }
        if (!value.chars().allMatch(each -> each == '\t' || (each >= ' ' && each != 0x7f && each <= 0xff))) {
            throw new IllegalArgumentException(
                    "upgrade header: expected printable characters of Latin 1 as the value of " + name
                            + ", but there are others");
        }
    }

    private String request(Map<String, String> headers) {
        boolean hasHost = headers.keySet().stream().anyMatch("host"::equalsIgnoreCase);
        int implied = endpoint.scheme() == Endpoint.Scheme.WS ? 80 : 443;
        String host = endpoint.host().indexOf(':') >= 0 ? "[" + endpoint.host() + "]" : endpoint.host();
        StringBuilder text = new StringBuilder("GET " + endpoint.name() + " HTTP/1.1\r\n");
        if (!hasHost) {
            text.append("Host: ")
                    .append(host)
                    .append(endpoint.port() == implied ? "" : ":" + endpoint.port())
                    .append("\r\n");
        }
        text.append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ")
                .append(key)
                .append("\r\nSec-WebSocket-Protocol: ")
                .append(offered.stream().map(Subprotocol::text).collect(Collectors.joining(",")))
                .append("\r\nSec-WebSocket-Version: 13\r\n");
        headers.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
        return text.append("\r\n").toString();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (message instanceof HttpResponse response) {
                head = response;
                check(response);
            } else if (message instanceof LastHttpContent && head != null && !settled) {
                accept(head);
            }
        } catch (ZmtpHandshakeException refused) {
            fail(refused);
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void fail(Throwable why) {
        if (!settled) {
            settled = true;
            answer.error(why);
        }
    }

    private void check(HttpResponse response) {
        HttpHeaders headers = response.headers();
        Throwable broken = response.decoderResult().cause();
        if (broken != null) {
            throw new ZmtpHandshakeException(
                    Failure.VERSION,
                    "expected an answer of HTTP of at most " + ServerUpgrade.MAX_HEAD
                            + " octets, but it cannot be read");
        }
        int code = response.status().code();
        if (code != 101) {
            throw refused(code, Printable.of(response.status().toString()));
        }
        if (headers.size() > ServerUpgrade.MAX_FIELDS) {
            throw wrong("at most " + ServerUpgrade.MAX_FIELDS + " header fields", String.valueOf(headers.size()));
        }
        require(headers, "Upgrade", "websocket");
        require(headers, "Connection", "Upgrade");
        String accept = headers.get(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT);
        if (!AcceptKey.of(key).equals(accept)) {
            throw wrong("Sec-WebSocket-Accept to fit our key", accept);
        }
        if (headers.contains(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS)) {
            throw wrong("no extensions, as none were offered", headers.get(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS));
        }
    }

    private void accept(HttpResponse response) {
        List<String> chosen = response.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
        Subprotocol protocol = chosen.size() == 1 ? Subprotocol.choose(chosen, offered) : null;
        if (protocol == null) {
            throw new ZmtpHandshakeException(
                    Failure.MECHANISM,
                    "expected one of " + offered + " in Sec-WebSocket-Protocol, but the server answered "
                            + Printable.of(chosen.toString()));
        }
        settled = true;
        WebSocketLink link = new WebSocketLink(true, protocol, weAreServer, type, routingId);
        channel.pipeline().replace(this, null, link);
        channel.pipeline().remove(ServerUpgrade.DECODER);
        answer.success(link);
    }

    private static void require(HttpHeaders headers, String name, String token) {
        boolean isThere = headers.getAll(name).stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::trim)
                .anyMatch(token::equalsIgnoreCase);
        if (!isThere) {
            throw wrong(name + ": " + token, headers.get(name));
        }
    }

    private static ZmtpHandshakeException wrong(String expected, @Nullable String came) {
        return new ZmtpHandshakeException(
                Failure.VERSION,
                "expected " + expected + ", but the server answered "
                        + (came == null ? "without" : "\"" + Printable.of(came) + "\""));
    }

    /** A server that could let the peer in another time is asked again. */
    private static ZmtpHandshakeException refused(int code, String line) {
        Failure failure = switch (code) {
            case 401, 403 -> Failure.CREDENTIALS;
            case 429, 503 -> Failure.REFUSED;
            default -> Failure.VERSION;
        };
        int known = failure == Failure.CREDENTIALS ? 400 : failure == Failure.REFUSED ? 300 : 0;
        return new ZmtpHandshakeException(
                failure, "expected 101 Switching Protocols, but the server answered \"" + line + "\"", known, null);
    }
}
