/** Plots as SVG, for documents with a light or a dark background. */
package io.zmtp.samples.benchmarks.plot;
