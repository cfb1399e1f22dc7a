/**
 * The command {@code compare}: a table of experiments ({@link io.zmtp.samples.benchmarks.compare.Catalogue}), each with
 * variants that run in turn, every run in processes of its own; then medians, plots, and the goals that are missed.
 */
package io.zmtp.samples.benchmarks.compare;
