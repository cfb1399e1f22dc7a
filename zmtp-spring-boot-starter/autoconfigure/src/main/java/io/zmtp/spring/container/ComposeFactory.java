package io.zmtp.spring.container;

import io.zmtp.spring.autoconfigure.ZmtpConnectionDetails;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.boot.docker.compose.core.RunningService;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionDetailsFactory;
import org.springframework.boot.docker.compose.service.connection.DockerComposeConnectionSource;
import org.springframework.boot.ssl.SslBundle;

/** Takes services with the label {@code org.springframework.boot.service-connection: zmtp}. */
final class ComposeFactory extends DockerComposeConnectionDetailsFactory<ZmtpConnectionDetails> {

    ComposeFactory() {
        super("zmtp");
    }

    @Override
    protected ZmtpConnectionDetails getDockerComposeConnectionDetails(DockerComposeConnectionSource source) {
        return new Details(source.getRunningService());
    }

    private static final class Details extends DockerComposeConnectionDetails
            implements ZmtpConnectionDetails, BeanFactoryAware {

        private final RunningService service;
        private final LabelledPorts ports;
        private final @Nullable SslBundle bundle;

        Details(RunningService service) {
            super(service);
            this.service = service;
            this.ports = LabelledPorts.of(service.name(), service.labels());
            this.bundle = getSslBundle(service);
        }

        @Override
        public void setBeanFactory(BeanFactory beans) {
            ports.check(beans);
        }

        @Override
        public @Nullable List<String> connect(String socket) {
            return ports.connect(
                    socket,
                    bundle != null,
                    service.host(),
                    port -> service.ports().get(port));
        }

        @Override
        public @Nullable SslBundle sslBundle(String socket) {
            return ports.ports().containsKey(socket) ? bundle : null;
        }
    }
}
