/**
 * For operators: health, {@code /actuator/zmtp} and info.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.spring.health;

import org.jspecify.annotations.NullMarked;
