/** How messages are written and read as lines: text, JSON, hexadecimal digits, raw. */
@NullMarked
package io.zmtp.samples.cli.format;

import org.jspecify.annotations.NullMarked;
