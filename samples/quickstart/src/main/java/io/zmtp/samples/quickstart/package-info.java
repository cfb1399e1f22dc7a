/**
 * The smallest programs: a producer and a consumer in one process, a peer for any ZeroMQ program, and one for each
 * pattern of sockets.
 */
package io.zmtp.samples.quickstart;
