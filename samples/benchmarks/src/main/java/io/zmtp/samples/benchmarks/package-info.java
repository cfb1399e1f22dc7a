/** JMH benchmarks of the codec, a soak test, and the commands that start peers and compare them. */
package io.zmtp.samples.benchmarks;
