package io.zmtp.reactive.transport.ws;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Printable;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpHandshakeException.Failure;
import io.zmtp.reactive.transport.HalfClose;
import io.zmtp.reactive.transport.PeerAddress;
import io.zmtp.reactive.transport.Tls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * The accepting side of an upgrade: reads the head of a request, within limits, and answers it (RFC 6455, section 4.2).
 * Lives on the event loop. Internal.
 */
public final class ServerUpgrade extends ChannelInboundHandlerAdapter {

    /** The most octets of the request line, and of all header fields. */
    static final int MAX_HEAD = 8192;

    /** The most header fields. */
    static final int MAX_FIELDS = 64;

    /** The name of the handler that reads HTTP, on either side. */
    static final String DECODER = "zmtp.http";

    private static final String EARLY = "expected nothing behind the request before it is answered, but more came";

    private final Channel channel;
    private final MonoSink<ServerUpgrade> head;
    private @Nullable HttpRequest come;
    private boolean settled;

    /** Whether it was emitted, so that the subscriber sees to what goes wrong. */
    private boolean isOthers;

    private boolean answered;

    private ServerUpgrade(Channel channel, MonoSink<ServerUpgrade> head) {
        this.channel = channel;
        this.head = head;
    }

    /**
     * Awaits a request on a channel that has just been accepted.
     *
     * @param secured has TLS agreed on first, if it is to be
     * @return emits on the event loop when its head has come and is well formed; else the peer was answered already, and it
     *     fails with what was wrong
     */
    public static Mono<ServerUpgrade> await(Channel channel, Mono<Void> secured) {
        return Mono.create(sink -> {
            ServerUpgrade upgrade = new ServerUpgrade(channel, sink);
            sink.onCancel(() -> upgrade.settled = true);
            channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            channel.pipeline()
                    .addLast(DECODER, new HttpRequestDecoder(limits()))
                    .addLast(upgrade);
            sink.onDispose(secured.subscribe(nothing -> {}, upgrade::fail, channel::read));
        });
    }

    /** Of what is read before the upgrade, on either side. */
    static HttpDecoderConfig limits() {
        return new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_HEAD)
                .setMaxHeaderSize(MAX_HEAD)
                .setMaxChunkSize(MAX_HEAD);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (answered) {
                return;
            }
            if (come == null && message instanceof HttpRequest request) {
                come = request;
                UpgradeAnswer.Refuse flaw = flaw(request);
                if (flaw != null) {
                    refuse(flaw.status(), flaw.sentence());
                    fail(new ZmtpHandshakeException(Failure.MALFORMED, flaw.sentence()));
                }
            } else if (!settled && message == LastHttpContent.EMPTY_LAST_CONTENT) {
                settled = true;
                isOthers = true;
                head.success(this);
            } else {
                refuse(400, EARLY);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void fail(Throwable why) {
        if (!settled) {
            settled = true;
            head.error(why);
        }
    }

    private static UpgradeAnswer.@Nullable Refuse flaw(HttpRequest request) {
        Throwable broken = request.decoderResult().cause();
        HttpHeaders headers = request.headers();
        if (broken instanceof TooLongHttpLineException) {
            return new UpgradeAnswer.Refuse(
                    414, "expected a request line of at most " + MAX_HEAD + " octets, but it has more");
        }
        if (broken instanceof TooLongHttpHeaderException || headers.size() > MAX_FIELDS) {
            return new UpgradeAnswer.Refuse(
                    431,
                    "expected at most " + MAX_FIELDS + " header fields of " + MAX_HEAD + " octets, but there are more");
        }
        if (broken != null) {
            return new UpgradeAnswer.Refuse(400, "expected a request of HTTP, but it cannot be read");
        }
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return new UpgradeAnswer.Refuse(505, "expected HTTP/1.1, but it is another version");
        }
        if (!request.method().equals(HttpMethod.GET)) {
            return new UpgradeAnswer.Refuse(405, "expected GET, but it is another method");
        }
        if (headers.getAll(HttpHeaderNames.HOST).size() != 1) {
            return new UpgradeAnswer.Refuse(
                    400,
                    "expected one Host, but there are "
                            + headers.getAll(HttpHeaderNames.HOST).size());
        }
        if (HttpUtil.isTransferEncodingChunked(request) || HttpUtil.getContentLength(request, 0L) > 0) {
            return new UpgradeAnswer.Refuse(400, "expected a request without a body, but there is one");
        }
        return null;
    }

    // ---- what was asked for

    /** {@return what was asked for, copied} */
    public UpgradeRequest request() {
        HttpRequest request = known();
        String uri = request.uri();
        int authority = uri.startsWith("/") ? -1 : uri.indexOf("://");
        int slash = authority < 0 ? 0 : uri.indexOf('/', authority + 3);
        String resource = slash < 0 ? "/" : uri.substring(slash);
        int mark = resource.indexOf('?');
        List<Map.Entry<String, String>> fields = new ArrayList<>();
        request.headers().forEach(field -> fields.add(Map.entry(field.getKey(), field.getValue())));
        return new UpgradeRequest(
                mark < 0 ? resource : resource.substring(0, mark),
                mark < 0 ? "" : resource.substring(mark + 1),
                fields,
                PeerAddress.of(channel),
                Tls.session(channel),
                null);
    }

    private HttpRequest known() {
        HttpRequest request = come;
        if (request == null) {
            throw new IllegalStateException("the request has not come yet");
        }
        return request;
    }

    /**
     * Refuses a request that does not ask for a WebSocket.
     *
     * @throws ZmtpHandshakeException if it does not; the peer was refused
     */
    public void requireUpgrade() {
        UpgradeAnswer.Refuse flaw = request().flaw();
        if (flaw != null) {
            refuse(flaw.status(), flaw.sentence());
            throw flaw.failure();
        }
    }

    // ---- answers; one of these, once

    /**
     * Refuses the request, says why, and leaves it to the peer to close.
     *
     * @param status of HTTP
     * @param sentence for people
     */
    public void refuse(int status, String sentence) {
        if (answered) {
            return;
        }
        answered = true;
        HttpResponseStatus line = HttpResponseStatus.valueOf(status);
        byte[] body = (Printable.of(sentence) + "\n").getBytes(StandardCharsets.UTF_8);
        StringBuilder more = new StringBuilder();
        new UpgradeAnswer.Refuse(status, sentence)
                .headers()
                .forEach((name, value) ->
                        more.append(name).append(": ").append(value).append("\r\n"));
        String connection = status == 426 ? "upgrade, close" : "close";
        write("HTTP/1.1 " + line.code() + " " + line.reasonPhrase() + "\r\nConnection: " + connection
                + "\r\n" + more + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: " + body.length
                + "\r\n\r\n" + new String(body, StandardCharsets.UTF_8));
        if (HalfClose.begin(channel)) {
            channel.config().setAutoRead(true);
        }
    }

    /** Whether the peer has its answer; it is then left to the peer to close. */
    public boolean isAnswered() {
        return answered;
    }

    /** Whether an {@code Origin}, which browsers send, may ask; without one anybody may. */
    public boolean isOfOrigin(List<String> allowed) {
        List<String> origins = known().headers().getAll(HttpHeaderNames.ORIGIN);
        return origins.isEmpty()
                || allowed.contains("*")
                || (origins.size() == 1 && allowed.stream().anyMatch(each -> each.equalsIgnoreCase(origins.get(0))));
    }

    /**
     * Accepts the request, if both sides can speak one subprotocol.
     *
     * @param mechanism the name of ours
     * @param weAreServer whether this side is its server
     * @param type our socket type
     * @param routingId ours
     * @return what the channel has become; the peer's greeting has been fired
     * @throws ZmtpHandshakeException {@link Failure#MECHANISM} if there is no such subprotocol; the peer was refused
     */
    public WebSocketLink accept(String mechanism, boolean weAreServer, SocketType type, Bytes routingId) {
        if (answered) {
            throw new ZmtpHandshakeException(Failure.MALFORMED, EARLY);
        }
        List<Subprotocol> known = Subprotocol.of(mechanism, type);
        Subprotocol chosen = request().choose(known);
        if (chosen == null) {
            String sentence = "expected one of " + known + " in Sec-WebSocket-Protocol, but there is none";
            refuse(400, sentence);
            List<String> offered = known().headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
            throw new ZmtpHandshakeException(
                    Failure.MECHANISM, sentence + " in " + Printable.of(String.join(", ", offered)));
        }
        answered = true;
        String key = String.valueOf(known().headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY));
        write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + AcceptKey.of(key) + "\r\nSec-WebSocket-Protocol: " + chosen.text() + "\r\n\r\n");
        WebSocketLink link = new WebSocketLink(false, chosen, weAreServer, type, routingId);
        channel.pipeline().replace(this, null, link);
        channel.pipeline().remove(DECODER);
        return link;
    }

    private void write(String text) {
        ByteBuf octets = Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
        channel.pipeline().context(DECODER).writeAndFlush(octets);
    }

    // ---- the end

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent && (answered || come == null)) {
            context.close();
        } else {
            context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        fail(new IOException("expected a request, but the peer closed the connection before the end of its head"));
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (isOthers && !answered) {
            context.fireExceptionCaught(cause);
        } else {
            fail(cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause);
        }
    }
}
