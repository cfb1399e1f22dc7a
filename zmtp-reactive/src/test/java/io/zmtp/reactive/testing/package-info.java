/**
 * What the tests share: the other implementations to meet ({@link io.zmtp.reactive.testing.LibZmq},
 * {@link io.zmtp.reactive.testing.Jero}), a peer that plays any bytes ({@link io.zmtp.reactive.testing.RawPeer}),
 * certificates, hostile inputs, and the watch on leaked buffers. Nothing here uses the classes under test, so that
 * a mistake there cannot hide itself here.
 */
@NullMarked
package io.zmtp.reactive.testing;

import org.jspecify.annotations.NullMarked;
