package io.zmtp.spring.test;

import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;

/** Leaves out what a component scan finds: a test imports what it is about. */
final class ZmtpTypeExcludeFilter extends StandardAnnotationCustomizableTypeExcludeFilter<ZmtpTest> {

    ZmtpTypeExcludeFilter(Class<?> testClass) {
        super(testClass);
    }
}
