/** Spring Boot support for ZMTP; nothing is here yet. */
package io.zmtp.spring;
