package io.zmtp.spring.autoconfigure;

import java.util.List;

/** What the properties say. */
record PropertiesConnectionDetails(ZmtpProperties properties) implements ZmtpConnectionDetails {

    @Override
    public List<String> bind(String socket) {
        List<String> endpoints = properties.socket(socket).bind();
        return endpoints == null ? List.of() : endpoints;
    }

    @Override
    public List<String> connect(String socket) {
        List<String> endpoints = properties.socket(socket).connect();
        return endpoints == null ? List.of() : endpoints;
    }
}
