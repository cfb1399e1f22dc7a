/** Peers made of the sockets of this library; each class plays one role of a benchmark, in a process of its own. */
package io.zmtp.samples.benchmarks.peer;
