/**
 * The vocabulary of ZMTP: the values that every other package speaks of. It depends on nothing but the JDK.
 *
 * <h2>Coming from JeroMQ</h2>
 *
 * <p>On the wire nothing changes: the two sides of a connection may move one after the other. In the program there is
 * no context, no socket that belongs to one thread, and no loop that polls: what a program waits for there is a publisher here.
 *
 * <table><caption>What takes the place of what</caption>
 * <tr><th>JeroMQ</th><th>here</th></tr>
 * <tr><td>{@code ZContext}</td><td>nothing: a socket is made by itself, {@link io.zmtp.reactive.socket.PushSocket#create()},
 * and closed by itself, {@link io.zmtp.reactive.socket.ZmtpSocket#close()}. Event loops are shared, or given by
 * {@code runOn(…)}</td></tr>
 * <tr><td>{@code ZMQ.Socket}</td><td>a class for each type: {@link io.zmtp.reactive.socket.PushSocket},
 * {@link io.zmtp.reactive.socket.SubSocket}, … Any thread may call any method</td></tr>
 * <tr><td>{@code socket.bind}, {@code connect}, {@code bindToRandomPort}</td>
 * <td>{@link io.zmtp.reactive.socket.ZmtpSocket#bindNow(String)} and
 * {@link io.zmtp.reactive.socket.ZmtpSocket#connectNow(String)}, or without {@code Now} as a {@code Mono};
 * {@code *} as port picks a free one, and the endpoint that is emitted names it</td></tr>
 * <tr><td>{@code socket.send}, {@code DONTWAIT}</td><td>{@link io.zmtp.reactive.socket.Sender#send(Message)}: completes when
 * a queue has accepted the message, and waits without a thread; {@code timeout} and cancelling take it back</td></tr>
 * <tr><td>{@code socket.recv}</td><td>{@link io.zmtp.reactive.socket.Receiver#receive()}, a {@code Flux};
 * {@link io.zmtp.reactive.socket.Receiver#receive(java.time.Duration)} takes one, with a time limit as
 * {@code setReceiveTimeOut} set it</td></tr>
 * <tr><td>{@code send} and {@code recv} of a REQ, of a REP</td>
 * <td>{@link io.zmtp.reactive.socket.ReqSocket#request(Message)} and
 * {@link io.zmtp.reactive.socket.RepSocket#serve(java.util.function.Function)}: there is no state to get wrong</td></tr>
 * <tr><td>{@code ZMsg}</td><td>{@link io.zmtp.reactive.Message}, immutable: {@link Message#prepend(Bytes)} for
 * {@code push}, {@link Message#skip(int)} for {@code pop}, {@link Message#parts()}</td></tr>
 * <tr><td>{@code ZFrame}</td><td>{@link io.zmtp.reactive.Bytes}, immutable; there is nothing to destroy</td></tr>
 * <tr><td>{@code socket.setHWM}, {@code setLinger}, …</td><td>{@link io.zmtp.reactive.socket.SocketOptions}, given when
 * the socket is made. The linger time is 10 s, and not for ever; HWMs are never unlimited</td></tr>
 * <tr><td>{@code socket.subscribe}, then {@code recv}</td>
 * <td>{@link io.zmtp.reactive.socket.SubSocket#receive(String, String...)}: the subscription lasts as long as the subscriber</td></tr>
 * <tr><td>{@code ZMQ.Poller}, {@code ZPoller}</td><td>{@code Flux.merge(one.receive(), other.receive())}</td></tr>
 * <tr><td>{@code ZLoop}, {@code ZTimer}, {@code ZTicker}</td><td>{@code subscribe} on each, {@code Flux.interval},
 * {@code Mono.delay}</td></tr>
 * <tr><td>{@code ZMonitor}, {@code ZMQ.Event}</td><td>{@link io.zmtp.reactive.socket.ZmtpSocket#monitor()} of
 * {@link io.zmtp.reactive.monitor.MonitorEvent}s; {@link io.zmtp.reactive.socket.ZmtpSocket#onPeer()} for the peers
 * themselves</td></tr>
 * <tr><td>{@code ZMQ.proxy}, {@code ZProxy}</td><td>{@link io.zmtp.reactive.socket.ZmtpProxy}, which is paused and resumed by
 * methods, not by messages</td></tr>
 * <tr><td>{@code ZAuth}</td><td>an {@link io.zmtp.reactive.mechanism.Authenticator} of the socket's own
 * {@link io.zmtp.reactive.mechanism.PlainMechanism} or {@link io.zmtp.reactive.mechanism.CurveMechanism}; there is no thread
 * behind it</td></tr>
 * <tr><td>{@code ZCert}, {@code ZCertStore}, {@code ZMQ.Curve}</td><td>{@link io.zmtp.reactive.mechanism.KeyPair},
 * {@link io.zmtp.reactive.mechanism.KeyFile}, which reads the same files, and
 * {@link io.zmtp.reactive.mechanism.Authenticator#publicKeys(java.util.function.Supplier)}</td></tr>
 * <tr><td>{@code ZActor}, {@code ZThread}, {@code ZAgent}</td><td>a {@code Scheduler}, with {@code Sinks} to talk to what runs
 * on it; or a pair of {@link io.zmtp.reactive.socket.PairSocket}s over {@code inproc}</td></tr>
 * <tr><td>{@code ZBeacon}</td><td>nothing; {@link io.zmtp.reactive.socket.ZmtpSocket#connectAll} follows any registry</td></tr>
 * <tr><td>{@code ZMQException}, {@code ETERM}, {@code EAGAIN}</td><td>{@link io.zmtp.reactive.ZmtpException}s, signalled by the
 * {@code Mono} or {@code Flux}; {@code receive()} completes when its socket is closed</td></tr>
 * </table>
 *
 * <p>In the guide's words: the lazy pirate is {@code request(…).timeout(…).retry(…)}; majordomo and clone are shown by
 * {@code LazyPirateTests}, {@code MajordomoTests} and {@code CloneTests}.
 */
@NullMarked
package io.zmtp.reactive;

import org.jspecify.annotations.NullMarked;
