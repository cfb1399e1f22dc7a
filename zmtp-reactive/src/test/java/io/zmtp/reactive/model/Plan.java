package io.zmtp.reactive.model;

import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.model.Stage.Transport;
import io.zmtp.reactive.socket.SocketOptions;
import io.zmtp.reactive.socket.TypeOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** What a {@link Run} sets, what goes wrong in it, and what is promised then. */
final class Plan {

    final Pattern pattern;
    final int givers;
    final int takers;

    /** Whether givers bind; if there is a broker, nobody else does. */
    final boolean giversBind;

    final Heard.Mode mode;
    private final int sendHwm;
    private final int recvHwm;
    private final boolean immediate;
    private final boolean mandatory;
    private final @Nullable Overflow giverRule;
    private final @Nullable Overflow takerRule;

    // What goes wrong.
    final boolean cuts;
    final boolean takersLeave;
    final boolean giversLeave;
    final boolean disconnects;
    final boolean cancels;
    final boolean slow;
    final boolean strangers;
    final boolean brokerLeaves;

    /**
     * Decides that.
     *
     * @param random what the rest of the run goes on with
     * @param plain whether options that change a type's rule for its messages are left as they are
     */
    Plan(Pattern pattern, Transport transport, Random random, long seed, boolean plain) {
        this.pattern = pattern;
        this.giversBind = !pattern.addresses(false) && random.nextBoolean();
        this.cuts = random.nextBoolean() && transport.isTcp();
        this.takersLeave = random.nextInt(4) == 0;
        this.giversLeave = random.nextInt(3) == 0;
        this.disconnects = random.nextInt(5) == 0;
        this.cancels = random.nextInt(5) < 2;
        this.slow = random.nextInt(5) < 3;
        this.strangers = random.nextInt(3) == 0;
        this.sendHwm = 1 + random.nextInt(random.nextBoolean() ? 5 : 200);
        this.recvHwm = 1 + random.nextInt(random.nextBoolean() ? 5 : 200);
        this.givers = 1 + random.nextInt(pattern.mostGivers);
        this.takers = 1 + random.nextInt(pattern.mostTakers);
        Random options = new Random(~seed * 0x9E3779B97F4A7C15L); // of its own: seeds of old stay what they were
        this.giverRule = plain ? null : rule(options, true);
        this.takerRule = plain ? null : rule(options, false);
        this.immediate = !plain && options.nextInt(3) == 0;
        this.mode = Heard.Mode.values()[options.nextInt(Heard.Mode.values().length)];
        this.brokerLeaves = pattern.broker() != null && options.nextInt(3) == 0;
        this.mandatory = !plain && options.nextBoolean();
    }

    /** The type's own, or another one. */
    private @Nullable Overflow rule(Random options, boolean giving) {
        List<Overflow> rules = pattern.rules(giving);
        int any = options.nextInt(2 * rules.size());
        return any < rules.size() ? rules.get(any) : null;
    }

    /** What happens on a side where there is no room; null for what its type does. */
    @Nullable
    Overflow rule(boolean giving) {
        return giving ? giverRule : takerRule;
    }

    // ---- what is set

    SocketOptions basic(SocketOptions options) {
        return options.sendHwm(sendHwm)
                .recvHwm(recvHwm)
                .linger(Duration.ofMillis(300))
                .reconnect(Duration.ofMillis(5), Duration.ofMillis(40));
    }

    /** Adds what a side has beside the basic options. */
    SocketOptions options(SocketOptions basic, boolean giving) {
        SocketOptions set = basic;
        SocketType type = pattern.type(giving);
        if (type == SocketType.XPUB) {
            set = mode.set(set);
        }
        if (immediate && TypeOption.IMMEDIATE.types().contains(type)) {
            set = set.immediate();
        }
        if (mandatory && TypeOption.MANDATORY.types().contains(type)) {
            set = set.mandatory();
        }
        Overflow rule = rule(giving);
        return rule == null ? set : set.onFull(rule);
    }

    // ---- what is promised

    private boolean connects(boolean giving) {
        return pattern.broker() != null || giving != giversBind;
    }

    /** Whether nothing can be lost uncounted: in flight when a connection ends, or read by a receiver that closes. */
    boolean isExact() {
        boolean parts = giversLeave || disconnects;
        return !cuts
                && !takersLeave
                && !brokerLeaves
                && !(disconnects && connects(false)) // what is in flight to one that ends the connection
                && !disconnected()
                && !(pattern.publishes() && parts) // who comes back may be a moment without subscribers
                && !(pattern.bothWays() && parts); // who leaves may not have read all
    }

    /**
     * Whether each receiver hears a sender in order: unless what waits for one may be given to another, or a sender may be
     * back before a receiver that is behind has met the end of its former connection.
     */
    boolean isOrdered() {
        boolean parts = cuts || takersLeave || disconnects || brokerLeaves || disconnected();
        boolean overtakes = disconnects && connects(true);
        return !overtakes && (takers == 1 || pattern.publishes() || pattern.addresses(true) || !parts);
    }

    /** Whether peers that are too slow are disconnected. */
    boolean disconnected() {
        return giverRule == Overflow.DISCONNECT || takerRule == Overflow.DISCONNECT;
    }

    @Override
    public String toString() {
        return pattern + " " + givers + ":" + takers + (giversBind ? " givers bind" : "")
                + (cuts ? " cuts" : "") + (takersLeave ? " takersLeave" : "") + (giversLeave ? " giversLeave" : "")
                + (disconnects ? " disconnects" : "") + (cancels ? " cancels" : "") + (slow ? " slow" : "")
                + (strangers ? " strangers" : "") + (brokerLeaves ? " brokerLeaves" : "")
                + (immediate ? " immediate" : "") + (mandatory ? " mandatory" : "")
                + (giverRule == null ? "" : " givers " + giverRule)
                + (takerRule == null ? "" : " takers " + takerRule)
                + (pattern.type(true) == SocketType.XPUB ? " " + mode : "") + " sendHwm " + sendHwm + " recvHwm "
                + recvHwm;
    }
}
