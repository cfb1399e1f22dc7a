/**
 * One random program that drives every pattern over every transport, and checks what the page on delivery promises
 * ({@code io.zmtp.reactive.socket}'s Javadoc). {@link io.zmtp.reactive.model.ModelTests} is where to begin.
 */
@NullMarked
package io.zmtp.reactive.model;

import org.jspecify.annotations.NullMarked;
