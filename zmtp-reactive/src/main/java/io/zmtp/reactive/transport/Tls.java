package io.zmtp.reactive.transport;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.zmtp.reactive.Printable;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.BiPredicate;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.NettyPipeline;

/**
 * TLS over an open channel: from the start on {@code tls+tcp}, or by {@code startTls}. Internal.
 */
public final class Tls {

    private static final String HANDLER = "tls";

    private static final int MAX_CAUSES = 16;
    private static final int MAX_CHARACTERS = 1000;

    private Tls() {}

    /**
     * Puts TLS under everything that the channel carries from now on. Call it on the channel's event loop, with reading
     * under way once it returns.
     *
     * @param channel an open channel
     * @param context the role, the trust, and the certificate of this side
     * @param host the peer's name for the host name check and SNI, null on the accepting side
     * @param port the peer's port
     * @param accept called with each certificate of the peer and its depth, 0 being the peer's own; null accepts what
     *     the trust manager accepted
     * @return completes on the event loop after the TLS handshake; fails with an {@code SSLException}
     */
    public static Mono<SSLSession> start(
            Channel channel,
            SslContext context,
            @Nullable String host,
            int port,
            @Nullable BiPredicate<? super X509Certificate, Integer> accept) {
        SslHandler handler =
                host == null ? context.newHandler(channel.alloc()) : context.newHandler(channel.alloc(), host, port);
        // One limit covers the whole opening of a connection, hence none here.
        handler.setHandshakeTimeoutMillis(0);
        if (channel.pipeline().context(NettyPipeline.ProxyHandler) == null) {
            channel.pipeline().addFirst(HANDLER, handler);
        } else {
            // The conversation with a proxy is in clear: its handler holds back the first octets of TLS until it has
            // ended.
            channel.pipeline().addAfter(NettyPipeline.ProxyHandler, HANDLER, handler);
        }
        return Mono.<SSLSession>create(sink -> handler.handshakeFuture().addListener(future -> {
                    if (future.isSuccess()) {
                        sink.success(handler.engine().getSession());
                    } else {
                        sink.error(asSslException(future.cause()));
                    }
                }))
                .flatMap(session -> verify(session, accept));
    }

    /** The TLS session of a channel, null without TLS or before its handshake is through. */
    public static @Nullable SSLSession session(Channel channel) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        return handler != null && handler.handshakeFuture().isSuccess()
                ? handler.engine().getSession()
                : null;
    }

    /** The peer's certificates, its own first; none without TLS or when it showed none. */
    public static List<X509Certificate> peerCertificates(Channel channel) {
        SSLSession session = session(channel);
        if (session == null) {
            return List.of();
        }
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate certificate : session.getPeerCertificates()) {
                chain.add((X509Certificate) certificate);
            }
            return List.copyOf(chain);
        } catch (SSLPeerUnverifiedException anonymous) {
            return List.of();
        }
    }

    /** A certificate in PEM. */
    public static String pem(X509Certificate certificate) {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("expected a certificate that can be encoded, but this cannot", e);
        }
    }

    private static Mono<SSLSession> verify(
            SSLSession session, @Nullable BiPredicate<? super X509Certificate, Integer> accept) {
        if (accept == null) {
            return Mono.just(session);
        }
        Certificate[] chain;
        try {
            chain = session.getPeerCertificates();
        } catch (SSLPeerUnverifiedException anonymous) {
            return Mono.error(anonymous);
        }
        for (int depth = 0; depth < chain.length; depth++) {
            X509Certificate certificate = (X509Certificate) chain[depth];
            String which = Printable.of(certificate.getSubjectX500Principal().getName()) + " at depth " + depth;
            try {
                if (!accept.test(certificate, depth)) {
                    return Mono.error(new SSLHandshakeException(
                            "expected a certificate that verifyPeer accepts, but it denied the peer's certificate "
                                    + which));
                }
            } catch (RuntimeException thrown) {
                return Mono.error(printable(new SSLException(
                        "expected a verdict of verifyPeer, but it failed at the peer's certificate " + which, thrown)));
            }
        }
        return Mono.just(session);
    }

    private static SSLException asSslException(Throwable cause) {
        return printable(
                cause instanceof SSLException ssl
                        ? ssl
                        : new SSLHandshakeException("expected the TLS handshake to finish, but it did not: " + cause));
    }

    /**
     * Makes a failure of TLS fit to be shown. Netty and the JDK quote what came: whole records in hexadecimal digits, and
     * the names of certificates as they are.
     *
     * @param failure the failure
     * @return the failure itself if all of its text is fit; else one of the same class with that text escaped and cut, and
     *     without its causes
     */
    public static SSLException printable(SSLException failure) {
        if (isPrintable(failure)) {
            return failure;
        }
        String text = Printable.of(failure.getMessage());
        SSLException shown = failure instanceof SSLHandshakeException
                ? new SSLHandshakeException(text)
                : failure instanceof SSLPeerUnverifiedException
                        ? new SSLPeerUnverifiedException(text)
                        : new SSLException(text);
        shown.setStackTrace(failure.getStackTrace());
        return shown;
    }

    private static boolean isPrintable(Throwable failure) {
        Throwable each = failure;
        for (int depth = 0; each != null && depth < MAX_CAUSES; depth++) {
            String text = each.getMessage();
            if (text != null && !text.equals(Printable.of(text, MAX_CHARACTERS))) {
                return false;
            }
            each = each.getCause();
        }
        return each == null;
    }
}
