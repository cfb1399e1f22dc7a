/** Tasks go out to workers, which block while they work, and results come back: PUSH to PULL, twice. */
package io.zmtp.samples.pipeline;
