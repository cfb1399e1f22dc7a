/** A market ticker with a page: PUB/SUB to server-sent events, and REST to REQ/REP. */
package io.zmtp.samples.webflux;
