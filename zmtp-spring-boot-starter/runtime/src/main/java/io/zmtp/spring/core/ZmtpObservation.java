package io.zmtp.spring.core;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * The observations of the starter, with their keys: those of OpenTelemetry's conventions for messaging, where these
 * have one, so that the destination is the socket's name. A bean of the convention's type changes names and keys.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/semconv/messaging/">Semantic conventions for messaging systems</a>
 * @since 0.1
 */
public enum ZmtpObservation implements ObservationDocumentation {

    /** A listener method handles a message, until its replies are sent. */
    LISTENER("zmtp.listener", "process", "process", ZmtpListenerObservationConvention.class),

    /** A template sends a message, or a listener a reply that carries a trace, until a queue has accepted it. */
    SEND("zmtp.send", "send", "send", ZmtpSendObservationConvention.class),

    /** A template sends a request, until its reply is there. */
    REQUEST("zmtp.request", "request", "send", ZmtpRequestObservationConvention.class);

    private final String title;
    private final String operation;
    private final String operationType;
    private final Class<? extends ObservationConvention<? extends Observation.Context>> convention;

    ZmtpObservation(
            String title,
            String operation,
            String operationType,
            Class<? extends ObservationConvention<? extends Observation.Context>> convention) {
        this.title = title;
        this.operation = operation;
        this.operationType = operationType;
        this.convention = convention;
    }

    @Override
    public String getName() {
        return title;
    }

    @Override
    public String getContextualName() {
        return operation;
    }

    @Override
    public Class<? extends ObservationConvention<? extends Observation.Context>> getDefaultConvention() {
        return convention;
    }

    /** {@return what kind of operation that is for OpenTelemetry: send or process} */
    public String operationType() {
        return operationType;
    }

    @Override
    public KeyName[] getLowCardinalityKeyNames() {
        return Low.values();
    }

    @Override
    public KeyName[] getHighCardinalityKeyNames() {
        return High.values();
    }

    /** Keys that have few values: they become tags of meters. */
    public enum Low implements KeyName {
        /** {@code zeromq}. */
        SYSTEM("messaging.system"),
        /** send, request or process. */
        OPERATION_NAME("messaging.operation.name"),
        /** send or process. */
        OPERATION_TYPE("messaging.operation.type"),
        /** The name of the socket. */
        DESTINATION("messaging.destination.name"),
        /** The type of the socket. */
        SOCKET_TYPE("zmtp.socket.type"),
        /** The id of the listener; {@code none} elsewhere. */
        LISTENER_ID("zmtp.listener.id");

        private final String key;

        Low(String key) {
            this.key = key;
        }

        @Override
        public String asString() {
            return key;
        }
    }

    /** Keys that have many values: they are for traces only. */
    public enum High implements KeyName {
        /** The topic. */
        TOPIC("zmtp.topic"),
        /** The address of the peer. */
        PEER_ADDRESS("network.peer.address"),
        /** The port of the peer. */
        PEER_PORT("network.peer.port");

        private final String key;

        High(String key) {
            this.key = key;
        }

        @Override
        public String asString() {
            return key;
        }
    }
}
