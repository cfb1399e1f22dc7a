/** What devices PUSH goes into Kafka, and from there to subscribers: two functions, bound by YAML. */
package io.zmtp.samples.bridge;
