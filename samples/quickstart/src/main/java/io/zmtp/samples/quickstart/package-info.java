/** The smallest programs: a producer and a consumer in one process, and a peer for any ZeroMQ program. */
package io.zmtp.samples.quickstart;
