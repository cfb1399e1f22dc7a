package io.zmtp.samples.webflux;

import org.jspecify.annotations.Nullable;

/**
 * What the market says of a symbol.
 *
 * @param price null if it has none
 */
record Quote(String symbol, @Nullable Double price) {}
