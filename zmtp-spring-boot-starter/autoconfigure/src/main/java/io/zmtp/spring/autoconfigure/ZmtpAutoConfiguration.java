package io.zmtp.spring.autoconfigure;

import io.zmtp.reactive.replay.ReplayPublisher;
import io.zmtp.reactive.replay.ReplaySubscriber;
import io.zmtp.reactive.socket.ZmtpSocket;
import io.zmtp.reactive.transport.ws.WebSocketHost;
import io.zmtp.spring.autoconfigure.loops.EventLoops;
import io.zmtp.spring.autoconfigure.properties.ZmtpProperties;
import io.zmtp.spring.autoconfigure.security.CurveKeys;
import io.zmtp.spring.core.OnGap;
import io.zmtp.spring.core.ReplaySubscription;
import io.zmtp.spring.core.ZmtpReplays;
import io.zmtp.spring.core.ZmtpSockets;
import io.zmtp.spring.discovery.Followed;
import io.zmtp.spring.discovery.ZmtpServiceDiscovery;
import io.zmtp.spring.listener.ZmtpListenerRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.resources.LoopResources;

/**
 * Makes every entry of {@code zmtp.sockets} a bean of its name, {@code @Qualifier("jobs") PushSocket}, which is bound and
 * connected before the web server starts, and drained and closed after it has stopped.
 *
 * @since 0.1
 */
@AutoConfiguration(
        afterName = "org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration")
@ConditionalOnClass(ZmtpSocket.class)
@EnableConfigurationProperties(ZmtpProperties.class)
@Import(SocketRegistrar.class)
@ImportRuntimeHints(ZmtpHints.class)
public final class ZmtpAutoConfiguration {

    ZmtpAutoConfiguration() {}

    @Bean
    Places zmtpPlaces(ObjectProvider<ZmtpConnectionDetails> details, ZmtpProperties properties) {
        return Places.of(details.orderedStream().toList(), properties);
    }

    @Bean
    @ConditionalOnMissingBean
    EventLoops zmtpEventLoops(
            ZmtpProperties properties, ObjectProvider<LoopResources> given, ObjectProvider<SharedLoops> shared) {
        LoopResources loops = given.getIfUnique();
        if (loops != null) {
            return EventLoops.of(loops);
        }
        SharedLoops web = shared.getIfAvailable();
        return EventLoops.of(properties.transport(), web == null ? null : web.loops());
    }

    @Bean
    @ConditionalOnMissingBean
    SocketFactory zmtpSocketFactory(
            ZmtpProperties properties,
            Places places,
            EventLoops loops,
            ObjectProvider<SslBundles> bundles,
            ObjectProvider<WebSocketHost> host,
            ObjectProvider<SocketOptionsCustomizer> customizers,
            DeadLetters deadLetters,
            ConfigurableEnvironment environment,
            ConfigurableApplicationContext application) {
        CurveKeys keys = new CurveKeys(environment, application);
        return new SocketFactory(
                properties,
                places,
                keys,
                bundles.getIfAvailable(),
                loops,
                host.getIfAvailable(),
                customizers.orderedStream().toList(),
                deadLetters,
                application::isClosed);
    }

    @Bean
    DeadLetters zmtpDeadLetters(ObjectProvider<ZmtpSockets> sockets) {
        return new DeadLetters(sockets::getObject);
    }

    @Bean
    @ConditionalOnMissingBean
    ZmtpSockets zmtpSockets(ListableBeanFactory beans, ZmtpReplays replays) {
        return new ZmtpSockets(() -> beans.getBeansOfType(ZmtpSocket.class), replays);
    }

    @Bean
    ReplayFactory zmtpReplayFactory(
            Places places,
            SocketFactory sockets,
            ObjectProvider<ReplayPublisherCustomizer> publishers,
            ObjectProvider<ReplaySubscriberCustomizer> subscribers,
            ConfigurableApplicationContext application) {
        return new ReplayFactory(
                places,
                sockets,
                publishers.orderedStream().toList(),
                subscribers.orderedStream().toList(),
                application::isClosed);
    }

    @Bean
    @ConditionalOnMissingBean
    ZmtpReplays zmtpReplays(ListableBeanFactory beans, ReplayFactory factory) {
        return new ZmtpReplays(
                () -> beans.getBeansOfType(ReplayPublisher.class), () -> subscriptions(beans, factory.subscriptions()));
    }

    /** Those that are declared, and subscribers that the application makes itself. */
    private static Map<String, ReplaySubscription> subscriptions(
            ListableBeanFactory beans, Map<String, ReplaySubscription> declared) {
        Map<String, ReplaySubscription> all = new LinkedHashMap<>();
        beans.getBeansOfType(ReplaySubscriber.class)
                .forEach((name, subscriber) -> all.put(
                        name,
                        declared.computeIfAbsent(
                                name, own -> new ReplaySubscription(own, List.of(), OnGap.FAIL, seen -> subscriber))));
        return all;
    }

    @Bean
    Followed zmtpFollowed(ZmtpProperties properties, ObjectProvider<ZmtpServiceDiscovery> discovery) {
        return new Followed(discovery::getIfAvailable, properties.discovery().interval());
    }

    @Bean
    SocketLifecycle zmtpSocketLifecycle(
            ZmtpProperties properties,
            ListableBeanFactory beans,
            ZmtpReplays replays,
            Places places,
            Followed followed,
            ObjectProvider<WebSocketHost> host,
            ConfigurableEnvironment environment,
            ConfigurableApplicationContext application) {
        Map<String, ZmtpSocket> named = new LinkedHashMap<>();
        properties.sockets().forEach((name, socket) -> {
            if (socket.isReplayed()) {
                ReplayPublisher publisher = beans.getBean(name, ReplayPublisher.class);
                named.put(
                        ZmtpReplays.replayOf(name),
                        publisher.replay()); // first: it is asked for what was published before
                named.put(name, publisher.publication());
            } else if (socket.asksForReplay()) {
                beans.getBean(name, ReplaySubscriber.class); // so that what is wrong with it is known now
            } else {
                named.put(name, beans.getBean(name, ZmtpSocket.class));
            }
        });
        String unhosted = host.getIfAvailable() == null ? unhosted(application) : null;
        return new SocketLifecycle(
                named, replays, places, followed, unhosted, environment, application, application::isClosed);
    }

    @Bean
    SocketLifecycle.Receivers zmtpReceiversLifecycle(
            SocketLifecycle lifecycle, ObjectProvider<ZmtpListenerRegistry> listeners) {
        return lifecycle.receivers(() -> listeners.ifAvailable(ZmtpListenerRegistry::giveUpAcknowledged));
    }

    /** Why there is no web server to whose paths sockets could be bound. */
    private static String unhosted(ConfigurableApplicationContext application) {
        boolean isServlet = List.of(application.getBeanFactory().getRegisteredScopeNames())
                .contains("session"); // as Boot's own condition for servlets knows them
        return isServlet ? "its web server is one of servlets, not of WebFlux" : "it has no web server of WebFlux";
    }

    /** Closes what is bound to paths of the web server before that waits for its requests to end. */
    @Bean
    SocketLifecycle.Hosted zmtpHostedLifecycle(SocketLifecycle lifecycle) {
        return lifecycle.hosted();
    }

    /** The application's event loops, so that one set of threads does all. */
    record SharedLoops(@Nullable LoopResources loops) {}

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(value = ReactorResourceFactory.class, name = "reactor.netty.http.HttpResources")
    static class SharedLoopsConfiguration {

        @Bean
        @ConditionalOnBean(ReactorResourceFactory.class)
        SharedLoops zmtpSharedLoops(ReactorResourceFactory factory) {
            return new SharedLoops(factory.getLoopResources());
        }
    }
}
