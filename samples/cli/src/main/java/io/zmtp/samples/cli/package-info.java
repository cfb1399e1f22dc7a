/** {@code zmtp}: ZeroMQ from the terminal. */
@NullMarked
package io.zmtp.samples.cli;

import org.jspecify.annotations.NullMarked;
