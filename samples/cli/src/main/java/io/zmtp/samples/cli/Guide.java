package io.zmtp.samples.cli;

import io.zmtp.reactive.SocketType;
import java.util.List;

/**
 * What the help of a socket type teaches.
 *
 * @param summary what it is for, in a line
 * @param lines what it does with standard input and output
 * @param examples commands to try
 */
record Guide(String summary, List<String> lines, List<String> examples) {

    private static Guide of(String summary, String lines, String... examples) {
        return new Guide(summary, lines.strip().lines().toList(), List.of(examples));
    }

    static Guide to(SocketType type) {
        return switch (type) {
            case PUSH ->
                of(
                        "Hand out work: each message goes to one PULL peer, in turn.",
                        """
                    Sends the lines of standard input, and ends when all are sent. While no peer is there, it waits.
                    """,
                        "seq 1000 | zmtp push --bind 'tcp://*:5557'",
                        "zmtp push --connect tcp://worker-a:5557 --connect tcp://worker-b:5557 < jobs.txt");
            case PULL ->
                of(
                        "Take work from PUSH peers.",
                        """
                    Prints what comes.
                    """,
                        "zmtp pull --bind 'tcp://*:5557'",
                        "zmtp pull --bind 'tcp://*:5557' --transient > results.txt",
                        "zmtp pull --connect tcp://ventilator:5557 --format jsonl --count 10");
            case PUB ->
                of(
                        "Publish: each message goes to every SUB peer that subscribed to its beginning.",
                        """
                    Sends the lines of standard input, and ends when all are sent. Begins when the first subscriber is there;
                    one that comes later misses what was before, and so does one that is too slow.
                    """,
                        "echo 'weather.oslo 14' | zmtp pub --bind 'tcp://*:5556'",
                        "zmtp pub --bind 'tcp://*:5556' --data tick --interval 1s",
                        "tail -f app.log | zmtp pub --connect tcp://collector:5556");
            case SUB ->
                of(
                        "Subscribe to what PUB peers publish.",
                        """
                    Prints what comes.
                    """,
                        "zmtp sub --connect tcp://feed:5556 --subscribe weather.",
                        "zmtp sub --bind 'tcp://*:5556' --count 1 --timeout 5s");
            case XPUB -> of("Publish, and see who subscribes.", """
                    Sends the lines of standard input. Prints subscriptions: the octet 01 and the prefix, or 00 and the prefix
                    for one that ended; and what peers send upstream. --format hex shows it best.
                    """, "zmtp xpub --bind 'tcp://*:5556' --format hex");
            case XSUB ->
                of(
                        "Subscribe, and send messages upstream.",
                        """
                    Prints what comes. Sends the lines of standard input upstream: one that begins with the octet 01
                    subscribes to the rest of it, one that begins with 00 ends that.
                    """,
                        "zmtp xsub --connect tcp://feed:5556 --subscribe weather.");
            case REQ ->
                of(
                        "Ask REP peers: a request, its reply, the next request.",
                        """
                    Sends a line of standard input, prints the reply, sends the next line. Does not end with standard input,
                    but by --count, --timeout or Ctrl-C.
                    """,
                        "echo hello | zmtp req --connect tcp://server:5555 --count 1 --timeout 5s");
            case REP ->
                of(
                        "Answer REQ peers.",
                        """
                    Prints each request. The answer is --reply, --echo, what --exec writes, or else the next line of
                    standard input.
                    """,
                        "zmtp rep --bind 'tcp://*:5555' --echo",
                        "zmtp rep --bind 'tcp://*:5555' --reply ok",
                        "zmtp rep --bind 'tcp://*:5555' --exec 'tr a-z A-Z'");
            case DEALER ->
                of(
                        "Talk to ROUTER, REP or DEALER peers, which take turns; nobody waits for a reply.",
                        """
                    Sends the lines of standard input, and prints what comes. A REP peer wants an empty part first: a line
                    that begins with a tab.
                    """,
                        "zmtp dealer --connect tcp://broker:5555 --identity me",
                        "printf '\\thello\\n' | zmtp dealer --connect tcp://rep:5555 --count 1");
            case ROUTER -> of("Talk to many peers, each by its routing id.", """
                    Prints ID<TAB>body, and sends lines of that form to the peer that has the ID. An ID that is no text is
                    written 0x…, in hexadecimal digits. A REQ peer's messages have an empty part after the ID.
                    """, "zmtp router --bind 'tcp://*:5555'");
            case PAIR ->
                of(
                        "Talk to exactly one other PAIR.",
                        """
                    Sends the lines of standard input, and prints what comes.
                    """,
                        "zmtp pair --bind ipc:///tmp/pair",
                        "zmtp pair --connect ipc:///tmp/pair");
            case CLIENT ->
                of(
                        "Talk to SERVER peers, which take turns; messages have one part.",
                        """
                    Sends the lines of standard input, and prints what comes.
                    """,
                        "echo hello | zmtp client --connect tcp://server:5555 --count 1");
            case SERVER ->
                of(
                        "Talk to many CLIENT peers, each by an ID that is given to it here.",
                        """
                    Prints ID<TAB>body, and sends lines of that form to the peer that has the ID. IDs are written 0x…, in
                    hexadecimal digits.
                    """,
                        "zmtp server --bind 'tcp://*:5555'");
            case RADIO ->
                of(
                        "Publish to groups of DISH peers.",
                        """
                    Sends the lines of standard input, group<TAB>body, and ends when all are sent. Begins when the first peer
                    is there; over udp, at once.
                    """,
                        "printf 'weather\\train\\n' | zmtp radio --bind 'tcp://*:5558'",
                        "printf 'weather\\train\\n' | zmtp radio --connect udp://239.0.0.1:5558");
            case DISH ->
                of(
                        "Join groups of RADIO peers.",
                        """
                    Prints what comes, as group<TAB>body. Needs --join.
                    """,
                        "zmtp dish --connect tcp://radio:5558 --join weather",
                        "zmtp dish --bind udp://239.0.0.1:5558 --join weather");
            case SCATTER ->
                of(
                        "Hand out work: each message, of one part, goes to one GATHER peer, in turn.",
                        """
                    Sends the lines of standard input, and ends when all are sent. While no peer is there, it waits.
                    """,
                        "seq 1000 | zmtp scatter --bind 'tcp://*:5559'");
            case GATHER -> of("Take work from SCATTER peers.", """
                    Prints what comes.
                    """, "zmtp gather --bind 'tcp://*:5559'");
            case PEER ->
                of(
                        "Talk to many equals, each by an ID that is given to it here.",
                        """
                    Prints ID<TAB>body, and sends lines of that form to the peer that has the ID. IDs are written 0x…, in
                    hexadecimal digits.
                    """,
                        "zmtp peer --bind 'tcp://*:5560'");
            case CHANNEL ->
                of(
                        "Talk to exactly one other CHANNEL; messages have one part.",
                        """
                    Sends the lines of standard input, and prints what comes.
                    """,
                        "zmtp channel --bind ipc:///tmp/channel");
        };
    }
}
