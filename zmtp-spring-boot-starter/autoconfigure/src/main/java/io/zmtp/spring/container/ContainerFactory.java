package io.zmtp.spring.container;

import io.zmtp.spring.autoconfigure.ZmtpConnectionDetails;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionDetailsFactory;
import org.springframework.boot.testcontainers.service.connection.ContainerConnectionSource;
import org.testcontainers.containers.GenericContainer;

/** Takes containers that are annotated with {@code @ServiceConnection("zmtp")}. */
final class ContainerFactory extends ContainerConnectionDetailsFactory<GenericContainer<?>, ZmtpConnectionDetails> {

    ContainerFactory() {
        super("zmtp");
    }

    @Override
    protected ZmtpConnectionDetails getContainerConnectionDetails(
            ContainerConnectionSource<GenericContainer<?>> source) {
        return new Details(source);
    }

    private static final class Details extends ContainerConnectionDetails<GenericContainer<?>>
            implements ZmtpConnectionDetails, BeanFactoryAware {

        private @Nullable BeanFactory beans;
        private @Nullable LabelledPorts ports;

        Details(ContainerConnectionSource<GenericContainer<?>> source) {
            super(source);
        }

        @Override
        public void setBeanFactory(BeanFactory beans) {
            this.beans = beans;
        }

        @Override
        public void afterPropertiesSet() throws Exception {
            super.afterPropertiesSet();
            GenericContainer<?> container = getContainer();
            LabelledPorts labelled = LabelledPorts.of(container.getDockerImageName(), container.getLabels());
            if (beans != null) {
                labelled.check(beans);
            }
            ports = labelled;
        }

        @Override
        public @Nullable List<String> connect(String socket) {
            GenericContainer<?> container = getContainer();
            return ports == null
                    ? null
                    : ports.connect(socket, getSslBundle() != null, container.getHost(), container::getMappedPort);
        }

        @Override
        public @Nullable SslBundle sslBundle(String socket) {
            return ports != null && ports.ports().containsKey(socket) ? getSslBundle() : null;
        }
    }
}
