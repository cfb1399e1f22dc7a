package io.zmtp.reactive.connection;

import io.zmtp.reactive.mechanism.KeyPair;
import io.zmtp.reactive.testing.Hex;
import io.zmtp.reactive.testing.RawCurve;
import io.zmtp.reactive.testing.RawPeer;
import java.util.Arrays;

/** A raw peer that speaks CURVE, octet by octet as the test wants it. */
final class CurvePeer {
    final RawPeer peer;
    final RawCurve curve;

    private CurvePeer(RawPeer peer, RawCurve curve) {
        this.peer = peer;
        this.curve = curve;
    }

    /** A client after the greetings, minor version 3.1 unless told otherwise. */
    static CurvePeer client(RawPeer peer, KeyPair server, KeyPair own) {
        return client(peer, server, own, 1);
    }

    static CurvePeer client(RawPeer peer, KeyPair server, KeyPair own, int minor) {
        peer.sendGreeting("CURVE", false, minor).expectGreeting();
        return new CurvePeer(peer, RawCurve.client(server, own));
    }

    /** A server after the greetings. */
    static CurvePeer server(RawPeer peer, KeyPair own, int minor) {
        peer.sendGreeting("CURVE", true, minor).expectGreeting();
        return new CurvePeer(peer, RawCurve.server(own));
    }

    static byte[] metadata(String socketType) {
        return RawPeer.property("Socket-Type", Hex.parse("'" + socketType + "'"));
    }

    /** HELLO and WELCOME. */
    CurvePeer welcome() {
        peer.sendCommand("HELLO", curve.hello());
        curve.welcome(peer.expectCommand("WELCOME"));
        return this;
    }

    /** The whole handshake of a client. */
    CurvePeer handshake(String socketType) {
        welcome();
        peer.sendCommand("INITIATE", curve.initiate(metadata(socketType)));
        curve.ready(peer.expectCommand("READY"));
        return this;
    }

    /** The whole handshake of a server. */
    CurvePeer accept(String socketType) {
        peer.sendCommand("WELCOME", curve.welcomeTo(peer.expectCommand("HELLO")));
        curve.initiateOf(peer.expectCommand("INITIATE"));
        peer.sendCommand("READY", curve.readyWith(metadata(socketType)));
        return this;
    }

    /** Sends a part or command; inner flags 1 MORE, 2 COMMAND. */
    CurvePeer send(int flags, String quoted) {
        peer.writeFrame(0, curve.message(flags, Hex.parse(quoted)));
        return this;
    }

    /** The next frame, opened: inner flags, and what they go with in hex. */
    String receive() {
        RawPeer.Frame frame = peer.readFrame();
        byte[] text = curve.open(frame.body());
        return String.format("%02x/%02x: ", frame.flags(), text[0]) + Hex.of(Arrays.copyOfRange(text, 1, text.length));
    }
}
