package io.zmtp.reactive.socket;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Closed;
import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.Peer;
import io.zmtp.reactive.ZmtpClosedException;
import io.zmtp.reactive.connection.Line;
import io.zmtp.reactive.connection.ZmtpConnection;
import io.zmtp.reactive.pipe.Encoding;
import io.zmtp.reactive.pipe.Intake;
import io.zmtp.reactive.pipe.Pipe;
import io.zmtp.reactive.pipe.Presence;
import io.zmtp.reactive.pipe.Unread;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A pipe over connections. */
final class ChannelPipe extends Pipe implements Line.Events {

    private final ZmtpSocket socket;
    private final @Nullable Set<ChannelPipe> siblings;
    final Line line;

    /**
     * Makes one without a connection.
     *
     * @param siblings where it is while it has its one connection; null for one that outlives its connections
     */
    ChannelPipe(ZmtpSocket socket, Endpoint endpoint, @Nullable Set<ChannelPipe> siblings) {
        super(endpoint, siblings == null);
        this.socket = socket;
        this.siblings = siblings;
        this.line = new Line(socket.options.bounds(), this);
    }

    // ---- what the line reports

    @Override
    public Mono<Void> admit(Line asking, Peer peer) {
        return socket.admits(this, peer);
    }

    @Override
    public void withdrawn(Line told) {
        socket.withdrawn(this);
    }

    @Override
    public boolean opened(Line opened) {
        ZmtpConnection connection = opened.connection();
        if (connection == null) {
            return false;
        }
        if (siblings != null) {
            siblings.add(this);
        }
        return socket.opened(this, new Presence(connection.endpoint(), connection.peer()));
    }

    @Override
    public void readable(Line told) {
        socket.readable(this);
    }

    @Override
    public void writable(Line told) {
        socket.writable(this);
    }

    @Override
    public void closed(Line told, Closed lost) {
        if (siblings != null) {
            siblings.remove(this);
        }
        socket.closed(this, lost);
    }

    @Override
    public void written(long messages, long bytes) {
        Presence peer = present;
        if (peer != null) {
            peer.sent(messages, bytes);
        }
        socket.watch().recorder().sent(socket.type, endpoint, messages, bytes);
    }

    @Override
    public void received(long messages, long bytes) {
        Presence peer = present;
        if (peer != null) {
            peer.received(messages, bytes);
        }
        socket.watch().recorder().received(socket.type, endpoint, messages, bytes);
    }

    @Override
    public boolean takesCommands() {
        return socket instanceof PublishingSocket;
    }

    @Override
    public void roundTrip(Duration time) {
        Presence peer = present;
        if (peer != null) {
            peer.roundTrip(time);
        }
        socket.watch().recorder().roundTrip(socket.type, endpoint, time);
    }

    // ---- what the socket asks

    @Override
    public boolean offer(Message message) {
        return line.offer(message);
    }

    @Override
    public int offer(Message[] messages, int count) {
        return line.offer(messages, count);
    }

    @Override
    public boolean offer(Message message, Encoding encoding) {
        return line.offer(line.isEncrypted() ? message : encoding.of(message));
    }

    @Override
    public List<Message> displace(Message message, @Nullable Encoding encoding, boolean all) {
        Object item = encoding == null || line.isEncrypted() ? message : encoding.of(message);
        List<Message> displaced = line.displace(item, all);
        return displaced == null ? List.of(message) : displaced;
    }

    @Override
    public long room() {
        return line.room();
    }

    @Override
    public boolean isHalfEmpty() {
        return line.isHalfEmpty();
    }

    @Override
    public boolean isFlowing() {
        return line.isFlowing();
    }

    @Override
    public void greet(Message message) {
        line.greet(message);
    }

    @Override
    public Intake intake() {
        return line.intake();
    }

    @Override
    public void subscribe(Bytes prefix, boolean cancel) {
        line.subscribe(prefix, cancel);
    }

    @Override
    public void join(Bytes group, boolean leave) {
        line.join(group, leave);
    }

    @Override
    public Mono<Void> flush() {
        return line.flush();
    }

    @Override
    public long held() {
        return line.held();
    }

    @Override
    public List<Message> takeBack() {
        return line.takeBack();
    }

    @Override
    public @Nullable Object poll() {
        return line.poll();
    }

    @Override
    public boolean isEmpty() {
        return line.isEmpty();
    }

    @Override
    public long received() {
        return line.received();
    }

    @Override
    public Unread left() {
        return line.unread(!mayReturn());
    }

    /** The connection that serves it now; null before the first, and between two. */
    @Nullable
    ZmtpConnection connection() {
        return line.connection();
    }

    @Override
    public Mono<Void> leave() {
        ZmtpConnection connection = line.connection();
        return connection == null ? Mono.empty() : connection.close();
    }

    @Override
    public void drop() {
        ZmtpConnection connection = line.connection();
        if (connection != null) {
            connection.dispose();
        }
    }

    @Override
    public Mono<Void> giveWay() {
        return line.giveWay();
    }

    @Override
    public Closed close(ZmtpClosedException reason) {
        Closed dropped = line.close(reason);
        drop();
        return dropped;
    }
}
