/**
 * Peers of what applications use: listeners, templates and request interfaces of the starter, beside JeroMQ with Jackson and
 * Spring Integration. {@code samples/benchmarks} starts and compares them.
 */
package io.zmtp.samples.benchmarks.spring;
