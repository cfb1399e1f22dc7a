/** JMH benchmarks of the codec, and a peer that measures whole connections, two processes over loopback TCP. */
package io.zmtp.samples.benchmarks;
