package io.zmtp.samples.benchmarks.peer;

import static java.util.Map.entry;

import io.zmtp.samples.benchmarks.measure.Settings;
import java.util.Map;
import java.util.function.Consumer;

/** The roles by their names. */
public final class Roles {

    /** What runs, by name; each returns when its sockets have closed, most never. */
    public static final Map<String, Consumer<Settings>> ALL = Map.ofEntries(
            entry("push", Push::run),
            entry("pull", Pull::run),
            entry("acknowledgedpush", Acknowledged::push),
            entry("acknowledgedpull", Acknowledged::pull),
            entry("rep", Reply::run),
            entry("req", Request::run),
            entry("pub", Publish::run),
            entry("offer", Publish::offer),
            entry("sub", Subscribe::run),
            entry("history", Replay::publish),
            entry("replayed", Replay::receive),
            entry("past", Replay::past),
            entry("kept", Replay::keep),
            entry("catchup", Replay::catchUp),
            entry("prefixes", Filters::receive),
            entry("filters", Filters::subscribe),
            entry("notices", Filters::notices),
            entry("spread", ManyPeers::spread),
            entry("pulls", ManyPeers::pulls),
            entry("pushes", ManyPeers::pushes),
            entry("dealers", ManyPeers::dealers),
            entry("firsts", ManyPeers::firsts),
            entry("open", OpenLoop::run),
            entry("hssrv", Echo::run),
            entry("hscli", Handshakes::run),
            entry("connsrv", Connections::serve),
            entry("conncli", Connections::open),
            entry("cold", Cold::run),
            entry("storm", Storm::run),
            entry("slow", Slow::run),
            entry("inproc", Inproc::run));

    private Roles() {}
}
