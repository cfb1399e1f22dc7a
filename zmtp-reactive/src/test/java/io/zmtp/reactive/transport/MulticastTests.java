package io.zmtp.reactive.transport;

import static io.zmtp.reactive.transport.Udp.TIMEOUT;
import static io.zmtp.reactive.transport.Udp.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.DatagramChannel;
import io.zmtp.reactive.Bytes;
import io.zmtp.reactive.Endpoint;
import java.io.IOException;
import java.net.BindException;
import java.net.DatagramPacket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.netty.resources.LoopResources;
import reactor.test.StepVerifier;

/** Groups on this machine's loopback interface; nothing leaves the machine. */
class MulticastTests {
    private static final Map<ChannelOption<?>, Object> STAY_HERE = Map.of(ChannelOption.IP_MULTICAST_TTL, 0);

    private Udp udp;

    @AfterEach
    void close() {
        if (udp != null) {
            udp.close();
        }
    }

    private void open(boolean isNative) {
        udp = new Udp(isNative);
    }

    private static String loopback() throws IOException {
        return NetworkInterface.getByInetAddress(InetAddress.getByName("127.0.0.1"))
                .getName();
    }

    /** Whether the kernel brings multicast back by this interface, asked by the JDK's own means. */
    private static void assumeMulticast(String card, String address) throws IOException {
        InetAddress group = InetAddress.getByName(address);
        NetworkInterface network = NetworkInterface.getByName(card);
        try (MulticastSocket socket = new MulticastSocket(0)) {
            socket.setSoTimeout(1_000);
            socket.joinGroup(new InetSocketAddress(group, 0), network);
            socket.setNetworkInterface(network);
            socket.setTimeToLive(0);
            socket.send(new DatagramPacket(new byte[1], 1, group, socket.getLocalPort()));
            socket.receive(new DatagramPacket(new byte[1], 1));
        } catch (IOException e) {
            assumeTrue(false, "no multicast to " + address + " by " + card + " here: " + e);
        }
    }

    private void reaches(String endpoint) {
        DatagramReceiver one = udp.receiver(endpoint);
        DatagramReceiver two = udp.receiver(endpoint);
        assertThat(one.endpoint()).hasToString(endpoint);
        DatagramSender sender = udp.sender(Endpoint.parse(endpoint), STAY_HERE);
        StepVerifier.create(sender.send(Bytes.utf8("g"), Bytes.utf8("to all")))
                .expectComplete()
                .verify(TIMEOUT);
        for (DatagramReceiver receiver : new DatagramReceiver[] {one, two}) {
            StepVerifier.create(receiver.receive())
                    .expectNext(message("g", "to all"))
                    .thenCancel()
                    .verify(TIMEOUT);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void reachesAllReceiversOfAGroupByAnInterfacesName(boolean isNative) throws IOException {
        assumeMulticast(loopback(), "239.255.48.1");
        open(isNative);
        reaches("udp://" + loopback() + ";239.255.48.1:" + Udp.freePort());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void reachesAllReceiversOfAGroupByAnInterfacesAddress(boolean isNative) throws IOException {
        assumeMulticast(loopback(), "239.255.48.1");
        open(isNative);
        reaches("udp://127.0.0.1;239.255.48.1:" + Udp.freePort());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void reachesAllReceiversOfAnIpv6Group(boolean isNative) throws IOException {
        open(isNative);
        String card = usual("udp://[ff01::4830]:1");
        assumeMulticast(card, "ff01::4830");
        reaches("udp://" + card + ";[ff01::4830]:" + Udp.freePort());
    }

    private static String usual(String endpoint) throws IOException {
        return DatagramRoute.toReceive(Endpoint.parse(endpoint)).card().getName();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void reachesAllReceiversOfAGroupByTheUsualInterface(boolean isNative) throws IOException {
        open(isNative);
        String endpoint = "udp://239.255.48.1:" + Udp.freePort();
        assumeMulticast(usual(endpoint), "239.255.48.1");
        reaches(endpoint);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void hearsNothingOfOtherGroups(boolean isNative) throws IOException {
        assumeMulticast(loopback(), "239.255.48.1");
        open(isNative);
        String base = "udp://" + loopback() + ";239.255.48.";
        int port = Udp.freePort();
        DatagramReceiver one = udp.receiver(base + "1:" + port);
        DatagramReceiver two = udp.receiver(base + "2:" + port);
        DatagramSender toTwo = udp.sender(two.endpoint(), STAY_HERE);
        DatagramSender toOne = udp.sender(one.endpoint(), STAY_HERE);
        StepVerifier.create(toTwo.send(Bytes.utf8("g"), Bytes.utf8("two"))
                        .then(toOne.send(Bytes.utf8("g"), Bytes.utf8("one"))))
                .expectComplete()
                .verify(TIMEOUT);
        StepVerifier.create(one.receive())
                .expectNext(message("g", "one"))
                .thenCancel()
                .verify(TIMEOUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"udp://239.255.48.1:5555", "udp://[ff01::4830]:5555"})
    @EnabledIf("isNative")
    void setsTheHopsOfMulticast(String endpoint) throws IOException {
        open(true);
        DatagramRoute route = DatagramRoute.toSend(Endpoint.parse(endpoint));
        ChannelOption<Integer> hops =
                endpoint.contains("[") ? DatagramChannels.IPV6_MULTICAST_HOPS : DatagramChannels.IP_MULTICAST_TTL;
        for (int count : new int[] {0, 7}) {
            DatagramChannel channel = DatagramChannels.bind(
                            Endpoint.parse(endpoint),
                            route,
                            udp.loops,
                            Map.of(ChannelOption.IP_MULTICAST_TTL, count),
                            new ChannelInboundHandlerAdapter(),
                            Channel::newSucceededFuture)
                    .block(TIMEOUT);
            assertThat(channel.config().getOption(hops)).isEqualTo(count);
            StepVerifier.create(DatagramChannels.close(channel))
                    .expectComplete()
                    .verify(TIMEOUT);
        }
    }

    static boolean isNative() {
        return LoopResources.hasNativeSupport();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nosuch0", "192.0.2.77"})
    void failsWhenThereIsNoSuchInterface(String card) {
        open(true);
        Endpoint endpoint = Endpoint.parse("udp://" + card + ";239.255.48.1:5555");
        StepVerifier.create(DatagramReceiver.bind(endpoint, udp.loops, Map.of(), 8, group -> true))
                .expectErrorSatisfies(failed ->
                        assertThat(failed).isInstanceOf(BindException.class).hasMessageContaining(card))
                .verify(TIMEOUT);
        StepVerifier.create(DatagramSender.connect(endpoint, udp.loops, Map.of(), 8))
                .expectErrorSatisfies(failed ->
                        assertThat(failed).isInstanceOf(BindException.class).hasMessageContaining(card))
                .verify(TIMEOUT);
    }
}
