/**
 * Peers of plain sockets that know just enough ZMTP 3.0 to be connected: what the other side costs, without the cost of a
 * library at this one.
 */
package io.zmtp.samples.benchmarks.raw;
