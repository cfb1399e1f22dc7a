package io.zmtp.reactive.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.zmtp.reactive.Message;
import io.zmtp.reactive.Overflow;
import io.zmtp.reactive.SocketType;
import io.zmtp.reactive.delivery.DeliveryOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Options that only some types have are refused elsewhere, can be switched off, and are documented as they are. */
class TypeOptionTests {

    private static final Path SOURCE = Path.of("src/main/java/io/zmtp/reactive/socket/SocketOptions.java");

    @ParameterizedTest
    @EnumSource
    void isRefusedByEveryOtherType(TypeOption option) {
        for (SocketType type : SocketType.values()) {
            if (option.types().contains(type)) {
                create(type, options -> set(option, options)).dispose();
            } else {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> create(type, options -> set(option, options)))
                        .withMessageStartingWith(type + " socket: expected ")
                        .withMessageContaining(option.method() + " is set")
                        .withMessageEndingWith("for " + option.types());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"CORRELATE", "MAX_SUBSCRIPTIONS"})
    void canBeSwitchedOffAgain(TypeOption option) {
        for (SocketType type : SocketType.values()) {
            create(type, options -> unset(option, set(option, options))).dispose();
        }
    }

    @Test
    void switchesOffWhatTheDefaultsAre() {
        SocketOptions plain = SocketOptions.create();
        SocketOptions off = plain;
        for (TypeOption option : TypeOption.values()) {
            off = unset(option, option == TypeOption.CORRELATE ? off : set(option, off));
        }
        assertThat(off)
                .usingRecursiveComparison()
                .ignoringFields("client", "server", "lastValueKey", "maxSubscriptions", "typeOptions")
                .isEqualTo(plain);
    }

    @Test
    void countsTheLatestOfTheRulesForFullQueues() {
        assertThat(rule(SocketOptions.create().conflate().noDrop())).isEqualTo(Overflow.WAIT);
        assertThat(rule(SocketOptions.create().noDrop().conflate())).isEqualTo(Overflow.LATEST);
        assertThat(rule(SocketOptions.create().conflate().noDrop(false))).isEqualTo(Overflow.LATEST);
        assertThat(rule(SocketOptions.create().noDrop().conflate(false))).isEqualTo(Overflow.WAIT);
        assertThat(rule(SocketOptions.create().conflate().conflate(false))).isEqualTo(Overflow.FAIL);
        PushSocket.create(options -> options.noDrop().conflate()).dispose(); // noDrop was replaced
    }

    /** The short forms are refused as the rule is that they are short for. */
    @Test
    void aRequestHasNoRuleForFullQueues() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReqSocket.create(SocketOptions::conflate))
                .withMessageStartingWith("REQ socket: expected options that its type has, but onFull is set");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReqSocket.create(options -> options.noDrop().onFull(Overflow.WAIT)))
                .withMessageContaining("onFull is set");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReqSocket.create(options -> options.conflate().noDrop()))
                .withMessageContaining("noDrop is set");
        ReqSocket.create(options -> options.conflate().noDrop().noDrop(false)).dispose();
    }

    /** Each rule of each type is followed, which the tests of overflow show, or refused. */
    @ParameterizedTest
    @EnumSource
    void eachTypeHasTheRulesForFullQueuesThatItCanFollow(SocketType type) {
        Set<Overflow> refused = switch (type) {
            case REQ -> EnumSet.allOf(Overflow.class);
            case PULL, GATHER, SUB, DISH -> EnumSet.of(Overflow.FAIL, Overflow.DISCONNECT);
            case PUSH, SCATTER, DEALER, CLIENT, PAIR, CHANNEL -> EnumSet.of(Overflow.DISCONNECT);
            default -> EnumSet.noneOf(Overflow.class);
        };
        for (Overflow rule : Overflow.values()) {
            if (refused.contains(rule)) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> create(type, options -> options.onFull(rule)))
                        .withMessageStartingWith(type + " socket: expected ");
            } else {
                create(type, options -> options.onFull(rule)).dispose();
            }
        }
    }

    /** The rule that is set; where none is, FAIL, which no type has of its own. */
    private static Overflow rule(SocketOptions options) {
        return options.overflow(Overflow.FAIL);
    }

    @ParameterizedTest
    @EnumSource
    void isDocumentedForItsTypes(TypeOption option) throws IOException {
        String source = Files.readString(SOURCE);
        int method = source.indexOf("    public SocketOptions " + option.method() + "(");
        String comment =
                source.substring(source.lastIndexOf("/**", method), method).replaceAll("\\s+\\*?\\s*", " ");
        Matcher types = Pattern.compile("For (all types except )?([A-Z]+(?:, [A-Z]+)*)[.;:]")
                .matcher(comment);
        assertThat(types.find()).as(comment).isTrue();
        EnumSet<SocketType> named = Arrays.stream(types.group(2).split(", "))
                .map(SocketType::valueOf)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(SocketType.class)));
        assertThat(types.group(1) == null ? named : EnumSet.complementOf(named)).isEqualTo(option.types());
    }

    private static SocketOptions set(TypeOption option, SocketOptions options) {
        Message message = Message.of("m");
        return switch (option) {
            case IMMEDIATE -> options.immediate();
            case MANDATORY -> options.mandatory();
            case HANDOVER -> options.handover();
            case CORRELATE -> options.correlate();
            case PROBE_ROUTER -> options.probeRouter();
            case HELLO_MESSAGE -> options.helloMessage(message);
            case DISCONNECT_MESSAGE -> options.disconnectMessage(message);
            case HICCUP_MESSAGE -> options.hiccupMessage(message);
            case ON_FULL -> options.onFull(Overflow.LATEST);
            case MAX_AGE -> options.maxAge(Duration.ofSeconds(5));
            case DELIVERY -> options.delivery(DeliveryOptions.takenOver());
            case NO_DROP -> options.noDrop();
            case MAX_SUBSCRIPTIONS -> options.maxSubscriptions(5);
            case INVERT_MATCHING -> options.invertMatching();
            case VERBOSE -> options.verbose();
            case VERBOSER -> options.verboser();
            case MANUAL -> options.manual();
            case WELCOME -> options.welcome(message);
            case LAST_VALUE_CACHE -> options.lastValueCache(5);
        };
    }

    private static SocketOptions unset(TypeOption option, SocketOptions options) {
        return switch (option) {
            case IMMEDIATE -> options.immediate(false);
            case MANDATORY -> options.mandatory(false);
            case HANDOVER -> options.handover(false);
            case CORRELATE, MAX_SUBSCRIPTIONS -> options; // has no off
            case PROBE_ROUTER -> options.probeRouter(false);
            case HELLO_MESSAGE -> options.helloMessage(null);
            case DISCONNECT_MESSAGE -> options.disconnectMessage(null);
            case HICCUP_MESSAGE -> options.hiccupMessage(null);
            case ON_FULL -> options.conflate(false);
            case MAX_AGE -> options.maxAge(Duration.ZERO);
            case DELIVERY -> options.delivery(DeliveryOptions.none());
            case NO_DROP -> options.noDrop(false);
            case INVERT_MATCHING -> options.invertMatching(false);
            case VERBOSE -> options.verbose(false);
            case VERBOSER -> options.verboser(false);
            case MANUAL -> options.manual(false);
            case WELCOME -> options.welcome(null);
            case LAST_VALUE_CACHE -> options.lastValueCache(0);
        };
    }

    private static ZmtpSocket create(SocketType type, UnaryOperator<SocketOptions> options) {
        return switch (type) {
            case PUSH -> PushSocket.create(options);
            case PULL -> PullSocket.create(options);
            case PUB -> PubSocket.create(options);
            case SUB -> SubSocket.create(options);
            case XPUB -> XPubSocket.create(options);
            case XSUB -> XSubSocket.create(options);
            case REQ -> ReqSocket.create(options);
            case REP -> RepSocket.create(options);
            case DEALER -> DealerSocket.create(options);
            case ROUTER -> RouterSocket.create(options);
            case PAIR -> PairSocket.create(options);
            case CHANNEL -> ChannelSocket.create(options);
            case CLIENT -> ClientSocket.create(options);
            case SERVER -> ServerSocket.create(options);
            case PEER -> PeerSocket.create(options);
            case SCATTER -> ScatterSocket.create(options);
            case GATHER -> GatherSocket.create(options);
            case RADIO -> RadioSocket.create(options);
            case DISH -> DishSocket.create(options);
        };
    }
}
