package io.zmtp.reactive.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed.Reason;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.ZmtpException;
import io.zmtp.reactive.ZmtpHandshakeException;
import io.zmtp.reactive.ZmtpProtocolException;
import io.zmtp.reactive.mechanism.FrameCipher;
import io.zmtp.reactive.wire.Command;
import io.zmtp.reactive.wire.Frame;
import io.zmtp.reactive.wire.FrameDecoder;
import io.zmtp.reactive.wire.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * The only class that sees a {@code ByteBuf}: octets to messages and commands, on the event loop. Each read is copied
 * once into the decoder's arrays and released before the method returns.
 */
final class ZmtpHandler extends ChannelInboundHandlerAdapter implements FrameDecoder.Output {

    /** How long a peer may take to answer our end of stream with its own, so that nothing on its way is lost. */
    private static final long FAREWELL_SECONDS = 2;

    private final ChannelConnection connection;
    private final InboundPipe inbound;
    private final Limits limits;
    private final Liveness liveness;
    private @Nullable Handshake handshake;
    private @Nullable FrameDecoder decoder;
    private FrameCipher cipher = FrameCipher.NONE;
    private @Nullable Unsealer unsealer;
    private @Nullable Peer peer;
    private Writer writer;
    private boolean decoding;
    private boolean leaving;
    /** Whether something was thrown away while leaving: what comes behind cannot be understood any more. */
    private boolean deaf;

    /** Whether the peer has said that nothing more comes. */
    private boolean inputEnded;

    private boolean ended;

    @SuppressWarnings("NullAway.Init") // the writer comes with the pipeline, before anything else can happen
    ZmtpHandler(ChannelConnection connection, InboundPipe inbound, Limits limits) {
        this.connection = connection;
        this.inbound = inbound;
        this.limits = limits;
        this.liveness = new Liveness(this, connection.channel().eventLoop());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        writer = new Writer(this, connection.outbox(), connection.controls(), context);
    }

    Liveness liveness() {
        return liveness;
    }

    Writer writer() {
        return writer;
    }

    void begin(Handshake handshake) {
        this.handshake = handshake;
    }

    /** The handshake is through: what came behind it is traffic. */
    void open(Peer peer, FrameCipher cipher) {
        Handshake through = handshake;
        handshake = null;
        this.peer = peer;
        FrameDecoder plain = new FrameDecoder(limits);
        this.cipher = cipher;
        this.decoder = plain;
        this.unsealer = cipher.encrypts() ? new Unsealer(cipher, limits, plain, this) : null;
        if (through != null && through.rest().hasRemaining()) {
            decode(through.rest());
        }
        if (inputEnded) {
            connection.channel().close(); // what we have to send is not for a peer that is leaving
            return;
        }
        writer.open(cipher);
        regulate();
    }

    // ---- in

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf in)) {
            context.fireChannelRead(message);
            return;
        }
        try {
            if (ended) {
                return;
            }
            liveness.onRead();
            if (handshake != null) {
                handshake.feed(in);
            } else if (decoder != null) {
                decode(
                        in.nioBufferCount() == 1
                                ? in.internalNioBuffer(in.readerIndex(), in.readableBytes())
                                : in.nioBuffer());
            }
        } finally {
            in.release();
        }
    }

    private void decode(ByteBuffer in) {
        FrameDecoder current = decoder;
        deaf |= leaving && inbound.isFull();
        if (current == null || deaf) {
            return;
        }
        decoding = true;
        try {
            if (unsealer == null) {
                current.decode(in, this);
            } else {
                unsealer.decode(in);
            }
        } catch (ZmtpProtocolException broken) {
            inbound.drain();
            connection.terminate(
                    broken.isTooLarge() ? Reason.TOO_LARGE : Reason.PROTOCOL, broken.at(connection.where()));
            return;
        } catch (ZmtpHandshakeException refused) {
            inbound.drain();
            connection.terminate(Reason.PEER, refused);
            return;
        } finally {
            decoding = false;
            if (ended) {
                cipher.close();
            }
        }
        if (writer.hasControl()) {
            writer.drain(); // what we must answer does not wait for those who take messages
        }
        inbound.drain();
        regulate(); // not before, or what was about to be taken would stop the reading
    }

    @Override
    public void messages(byte[] wire, int from, int to, int count) {
        inbound.push(wire, from, to, count);
    }

    @Override
    public void message(List<Bytes> parts) {
        inbound.push(Message.received(parts, peer));
    }

    @Override
    public void frame(Frame frame) {
        Command command = Command.parse(frame);
        if (command.name().equals(Command.ERROR)) {
            // The side that speaks first in a handshake can refuse its peer only when that believes to be through.
            throw Handshake.error(connection.where() + "messages", command);
        }
        if (!liveness.take(command)) {
            connection.onCommand(command);
        }
    }

    /** Reads on or stops, as the pipe, the peer's own reading and the end of the connection want it. */
    void regulate() {
        if (ended || decoder == null) {
            return;
        }
        boolean read = leaving || !(inbound.isFull() || writer.isFlooded());
        Channel channel = connection.channel();
        if (channel.config().isAutoRead() != read) {
            liveness.rest(!read);
            channel.config().setAutoRead(read);
        }
        connection.updateReadiness();
    }

    // ---- out

    /** Sends a command of the connection's own. */
    void control(Command command) {
        control(command.frame());
    }

    /** Has frames of the socket's be the first to be sent; before traffic begins. */
    void greet(List<Frame> frames) {
        frames.forEach(writer::control);
    }

    /** Sends what the socket says of its subscriptions, between messages and before those that wait. */
    void sendControls() {
        if (!ended && decoder != null) {
            writer.drain();
        }
    }

    private void control(Frame frame) {
        if (!ended && decoder != null) {
            writer.answer(frame);
            if (decoding) {
                return; // one flush for the answers to everything that came together
            }
            writer.drain();
            if (writer.isFlooded()) {
                regulate();
            }
        }
    }

    /** Sends a PING, unless the last one still waits because the peer does not read: then false. */
    boolean ping(Command ping) {
        boolean idle = !writer.hasControl();
        if (idle) {
            control(ping);
        }
        return idle;
    }

    /** Whether somebody wants to know how long they take. */
    boolean timesPings() {
        return connection.timesPings();
    }

    void roundTrip(Duration time) {
        connection.roundTrip(time);
    }

    void onWrite() {
        liveness.onWrite();
    }

    void onWritten() {
        if (leaving) {
            leaveWhenDrained();
        }
    }

    /** The writer wrote what it could. */
    void drained() {
        regulate();
        if (leaving) {
            leaveWhenDrained();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        connection.outbox().flowing(context.channel().isWritable());
        writer.drain();
        context.fireChannelWritabilityChanged();
    }

    /** The peer's end of stream. What it sent before a handshake was through on our side is read all the same. */
    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            Handshake inProgress = handshake;
            if (inProgress == null || isTlsUnfinished(context.channel())) {
                context.channel().close();
            } else {
                inProgress.inputEnded();
            }
        }
        context.fireUserEventTriggered(event);
    }

    // ---- the end

    /** Closes after everything accepted was written. */
    void leave() {
        leaving = true;
        writer.drain();
        regulate();
        leaveWhenDrained();
    }

    private void leaveWhenDrained() {
        if (!ended && decoder != null && connection.outbox().isDrained()) {
            farewell(Reason.LOCAL, null);
        }
    }

    /**
     * Says that nothing more comes, and closes when the peer says so too. A close while octets of the peer are unread
     * would reset the connection, and the peer could lose what it has not read yet.
     */
    void farewell(Reason reason, @Nullable Throwable cause) {
        if (connection.ending(reason, cause) && endOutput()) {
            leaving = true;
            handshake = null; // what still comes before traffic is dropped
            connection.channel().config().setAutoRead(true);
        }
    }

    /** Writes nothing more, and closes when the peer does too; until then what it sends is read as ever. */
    void giveWay() {
        if (connection.ending(Reason.LOCAL, null)) {
            writer.close();
            endOutput();
            regulate();
        }
    }

    /** Tells the peer that nothing more comes, and waits a while for it to say the same; false if it closed at once. */
    private boolean endOutput() {
        Channel channel = connection.channel();
        if (!(channel instanceof DuplexChannel duplex)
                || !channel.isActive()
                || inputEnded
                || isTlsUnfinished(channel)) {
            channel.close();
            return false;
        }
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            duplex.shutdownOutput();
        } else {
            tls.closeOutbound().addListener(told -> duplex.shutdownOutput());
        }
        var late = Schedulers.parallel()
                .schedule(() -> channel.eventLoop().execute(channel::close), FAREWELL_SECONDS, TimeUnit.SECONDS);
        channel.closeFuture().addListener(closed -> late.dispose());
        return true;
    }

    private static boolean isTlsUnfinished(Channel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        return tls != null && !tls.handshakeFuture().isSuccess();
    }

    /** Closes because of what did not happen. */
    void end(Reason reason, String why) {
        connection.terminate(reason, new IOException(connection.where() + why));
    }

    /** Closes because nothing more can be encrypted. */
    void fail(ZmtpProtocolException exhausted) {
        connection.terminate(Reason.PROTOCOL, exhausted.at(connection.where()));
    }

    void fail(Throwable cause) {
        connection.terminate(reasonOf(cause), cause);
    }

    private static Reason reasonOf(Throwable cause) {
        return cause instanceof SSLException ? Reason.TLS : Reason.IO;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable inner = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        connection.terminate(inner instanceof ZmtpException ? Reason.PROTOCOL : reasonOf(inner), inner);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        boolean cut = decoder != null && (!decoder.idle() || (unsealer != null && !unsealer.idle()));
        connection.closedByPeer(
                cut
                        ? new ZmtpProtocolException(
                                connection.where()
                                        + "expected the rest of a message, but the peer closed the connection",
                                "RFC 37, Traffic")
                        : null);
        context.fireChannelInactive();
    }

    /** Lets go of everything; the channel is closed, or detached. */
    void stop() {
        ended = true;
        liveness.stop();
        writer.close();
        if (!decoding) {
            cipher.close(); // else what came with the last frame would look forged
        }
    }

    /** What came and was not handed out, as wire octets, when the connection is detached. */
    ByteBuf leftover() {
        ByteBuf rest = Unpooled.buffer();
        inbound.takeAll(rest::writeBytes);
        if (decoder != null) {
            rest.writeBytes(decoder.leftover());
        }
        if (handshake != null) {
            rest.writeBytes(handshake.rest());
        }
        return rest;
    }
}
