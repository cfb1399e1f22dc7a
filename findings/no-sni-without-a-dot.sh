#!/usr/bin/env bash
# OpenJDK 17 and 25.
#
# A TLS client that is made for a host name asks the server for the certificate of that name (SNI). One would think that
# each name does. The JDK leaves it out for a name without a dot, such as that of a service within a cluster or a container
# network, or localhost; so a server with several certificates, or a proxy that routes by the name, takes another one.
# SSLParameters.setServerNames puts it in.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >Sni.java <<'JAVA'
import java.nio.ByteBuffer;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

public class Sni {

    public static void main(String[] arguments) throws Exception {
        for (String host : List.of("broker.example", "broker", "localhost")) {
            System.out.println(host + ": " + (asksFor(host, false) ? "asked for" : "not asked for")
                    + "; with setServerNames: " + (asksFor(host, true) ? "asked for" : "not asked for"));
        }
    }

    /** Whether the name is in the first record that the client sends. */
    private static boolean asksFor(String host, boolean set) throws Exception {
        SSLEngine client = SSLContext.getDefault().createSSLEngine(host, 443);
        client.setUseClientMode(true);
        if (set) {
            SSLParameters parameters = client.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(host)));
            client.setSSLParameters(parameters);
        }
        ByteBuffer hello = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
        client.wrap(ByteBuffer.allocate(0), hello);
        return new String(hello.array(), 0, hello.position(), "ISO-8859-1").contains(host);
    }
}
JAVA
java -version 2>&1 | head -1
java Sni.java | tee out
grep -qx 'broker.example: asked for; with setServerNames: asked for' out
grep -qx 'broker: not asked for; with setServerNames: asked for' out
grep -qx 'localhost: not asked for; with setServerNames: asked for' out
# Seen: broker.example: asked for; with setServerNames: asked for
#       broker: not asked for; with setServerNames: asked for
