package io.zmtp.spring.core;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * The observations of the starter, with their keys.
 *
 * @since 0.1
 */
public enum ZmtpObservation implements ObservationDocumentation {

    /** A listener method handles a message, until its replies are sent. */
    LISTENER("zmtp.listener", "zmtp receive"),

    /** A template sends a message, or a listener a reply that carries a trace, until a queue has accepted it. */
    SEND("zmtp.send", "zmtp send"),

    /** A template sends a request, until its reply is there. */
    REQUEST("zmtp.request", "zmtp request");

    private final String title;
    private final String contextual;

    ZmtpObservation(String title, String contextual) {
        this.title = title;
        this.contextual = contextual;
    }

    @Override
    public String getName() {
        return title;
    }

    @Override
    public String getContextualName() {
        return contextual;
    }

    @Override
    public KeyName[] getLowCardinalityKeyNames() {
        return Low.values();
    }

    @Override
    public KeyName[] getHighCardinalityKeyNames() {
        return High.values();
    }

    /** Keys that have few values: they become tags of meters, and are those of the other meters of sockets. */
    public enum Low implements KeyName {
        /** The name of the socket. */
        SOCKET("socket"),
        /** The type of the socket. */
        SOCKET_TYPE("type"),
        /** The id of the listener; {@code none} elsewhere. */
        LISTENER_ID("listener");

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
        PEER("zmtp.peer");

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
