/** The same peers made of JeroMQ's sockets, as its users write them: one thread that calls {@code send} or {@code recv}. */
package io.zmtp.samples.benchmarks.jeromq;
