/**
 * What Boot prints when the start fails for a reason that lies in the configuration. Internal.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.spring.autoconfigure.diagnostics;

import org.jspecify.annotations.NullMarked;
