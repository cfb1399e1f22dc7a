package io.zmtp.reactive.pipe;

import io.zmtp.reactive.Peer;
import io.zmtp.reactive.wire.Limits;
import java.util.function.Supplier;

/**
 * What a socket brings to its pipes within the process.
 *
 * @param self makes what the other side sees of it: for each pipe a record of its own, however equal
 * @param bounds how much a pipe holds
 * @param limits what it takes of one message
 */
public record InprocSpec(Supplier<Peer> self, Bounds bounds, Limits limits) {}
