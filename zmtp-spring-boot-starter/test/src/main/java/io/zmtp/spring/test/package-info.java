/**
 * For tests of applications: {@link io.zmtp.spring.test.ZmtpTest}.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.spring.test;

import org.jspecify.annotations.NullMarked;
