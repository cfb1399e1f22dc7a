/** HTTP on one side, DEALER and ROUTER on the other: requests, and streams as server-sent events. */
package io.zmtp.samples.gateway;
