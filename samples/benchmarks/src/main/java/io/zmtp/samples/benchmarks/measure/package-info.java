/** What every peer needs: its arguments, the window in which it counts, and what it reports. */
package io.zmtp.samples.benchmarks.measure;
