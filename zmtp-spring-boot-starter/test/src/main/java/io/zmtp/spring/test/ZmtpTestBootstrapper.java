package io.zmtp.spring.test;

import org.springframework.boot.test.autoconfigure.TestSliceTestContextBootstrapper;

/** Starts the contexts of {@link ZmtpTest}. */
final class ZmtpTestBootstrapper extends TestSliceTestContextBootstrapper<ZmtpTest> {}
