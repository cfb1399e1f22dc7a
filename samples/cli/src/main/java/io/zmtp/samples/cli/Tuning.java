package io.zmtp.samples.cli;

import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.samples.cli.Values.ByteSize;
import io.zmtp.samples.cli.Values.Count;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the socket. */
final class Tuning {

    @Option(names = "--identity", paramLabel = "ID", description = "Our routing id: what a ROUTER peer calls us.")
    @Nullable
    Bytes identity;

    @Option(
            names = "--hwm",
            paramLabel = "N",
            description = "So many messages may wait for each peer, and from each peer. Default: 1000")
    @Nullable
    Count hwm;

    @Option(
            names = "--linger",
            paramLabel = "D",
            description = "At the end, wait so long for what is not sent yet; if that is not enough, end with status 1."
                    + " By default as long as a peer is there, and 10s for one that has gone.")
    @Nullable
    Duration linger;

    @Option(
            names = "--max-message-size",
            paramLabel = "BYTES",
            description = "Refuse larger messages of peers: 1000000, 64k, 16M. Default: 64M")
    @Nullable
    ByteSize maxMessageSize;

    @Option(
            names = "--heartbeat",
            paramLabel = "D",
            description = "PING peers so often, and give up one that was silent for twice as long. Default: off")
    @Nullable
    Duration heartbeat;

    int queue() {
        return hwm == null ? SocketOptions.DEFAULT_SEND_HWM : (int) Math.min(Integer.MAX_VALUE, hwm.number());
    }

    SocketOptions applyTo(SocketOptions options) {
        SocketOptions all = options.sendHwm(queue()).recvHwm(queue());
        if (identity != null) {
            all = all.routingId(identity);
        }
        if (linger != null) {
            all = all.linger(linger);
        }
        if (maxMessageSize != null) {
            all = all.maxMessageSize(maxMessageSize.bytes());
        }
        if (heartbeat != null) {
            Duration silence = heartbeat.multipliedBy(2);
            all = all.heartbeat(heartbeat, silence).heartbeatTtl(silence);
        }
        return all;
    }
}
