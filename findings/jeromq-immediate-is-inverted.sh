#!/usr/bin/env bash
# JeroMQ 0.6.0.
#
# ZMQ_IMMEDIATE of libzmq queues messages only for connections that are complete; it is off by default. JeroMQ's
# setImmediate has the same name and the opposite sense: true, the default, queues for peers that are not there yet, and false is
# what libzmq calls immediate. So a program that is carried over from C, or from pyzmq's `socket.immediate = True`, keeps on
# filling the queue of a peer that is not there, which it wanted to avoid.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

for artifact in org.zeromq:jeromq:0.6.0 eu.neilalexander:jnacl:1.0.0; do
    mvn -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -Dartifact="$artifact" -DoutputDirectory=lib
done

cat >Immediate.java <<'JAVA'
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

public class Immediate {

    public static void main(String[] arguments) {
        try (ZContext context = new ZContext()) {
            System.out.println("by default: " + context.createSocket(SocketType.PUSH).isImmediate());
            for (boolean immediate : new boolean[] {true, false}) {
                ZMQ.Socket push = context.createSocket(SocketType.PUSH);
                push.setLinger(0);
                push.setSendTimeOut(300);
                push.setImmediate(immediate);
                push.connect("tcp://127.0.0.1:1");
                System.out.println("setImmediate(" + immediate + "), nobody there: " + (push.send("hello") ? "queued" : "not queued"));
            }
        }
    }
}
JAVA
java -cp 'lib/*' Immediate.java | tee out
grep -qx 'by default: true' out
grep -qx 'setImmediate(true), nobody there: queued' out
grep -qx 'setImmediate(false), nobody there: not queued' out
# Seen: by default: true
#       setImmediate(true), nobody there: queued
#       setImmediate(false), nobody there: not queued
