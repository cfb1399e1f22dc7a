package io.zmtp.spring.stream;

import static io.zmtp.reactive.SocketType.DISH;
import static io.zmtp.reactive.SocketType.GATHER;
import static io.zmtp.reactive.SocketType.PUB;
import static io.zmtp.reactive.SocketType.PULL;
import static io.zmtp.reactive.SocketType.PUSH;
import static io.zmtp.reactive.SocketType.RADIO;
import static io.zmtp.reactive.SocketType.REP;
import static io.zmtp.reactive.SocketType.REQ;
import static io.zmtp.reactive.SocketType.SCATTER;
import static io.zmtp.reactive.SocketType.SUB;
import static io.zmtp.reactive.SocketType.XPUB;
import static io.zmtp.reactive.SocketType.XSUB;

import io.zmtp.reactive.Endpoint;
import io.zmtp.reactive.SocketType;
import io.zmtp.spring.autoconfigure.SocketFactory;
import io.zmtp.spring.core.ZmtpConfigurationException;
import io.zmtp.spring.core.ZmtpSockets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.stream.binder.ExtendedConsumerProperties;
import org.springframework.cloud.stream.binder.ExtendedProducerProperties;
import org.springframework.cloud.stream.binder.HeaderMode;
import org.springframework.cloud.stream.provisioning.ProvisioningProvider;
import org.springframework.util.StringUtils;

/** Says which sockets destinations stand for, and refuses what ZeroMQ cannot do. Nothing is opened here. */
final class ZmtpProvisioner
        implements ProvisioningProvider<
                ExtendedConsumerProperties<ZmtpConsumerProperties>,
                ExtendedProducerProperties<ZmtpProducerProperties>> {

    private static final String PARTITION = "{partition}";
    private static final Set<SocketType> NOT_FOR_CONSUMERS = Set.of(PUSH, PUB, XPUB, REQ, REP, RADIO, SCATTER);
    private static final Set<SocketType> NOT_FOR_PRODUCERS = Set.of(PULL, SUB, XSUB, REQ, REP, DISH, GATHER);
    private static final Set<SocketType> SUBSCRIBERS = Set.of(SUB, XSUB, DISH);

    private final ZmtpSockets sockets;
    private final SocketFactory factory;

    ZmtpProvisioner(ZmtpSockets sockets, SocketFactory factory) {
        this.sockets = sockets;
        this.factory = factory;
    }

    @Override
    public Destination.Source provisionConsumerDestination(
            String name, @Nullable String group, ExtendedConsumerProperties<ZmtpConsumerProperties> properties) {
        ZmtpConsumerProperties own = properties.getExtension();
        String key = key(properties.getBindingName());
        Destination place = place(
                properties.getBindingName(),
                List.of(name.replace(PARTITION, Integer.toString(properties.getInstanceIndex()))),
                own.getType(),
                own.getTopics().isEmpty() ? PULL : SUB,
                own.getBind(),
                NOT_FOR_CONSUMERS,
                "receive");
        if (!place.isNamed()) {
            checkSubscriber(properties.getBindingName(), place.type(), own.getTopics());
        }
        if (StringUtils.hasText(group) && SUBSCRIBERS.contains(place.type())) {
            throw new ZmtpConfigurationException(
                    key + ".group is '" + group + "', but each " + place.type()
                            + " socket gets all that it subscribes to, so that the members of a group would not share it.",
                    "Remove the group; or take the messages by PULL, whose peers share them.");
        }
        if (properties.isBatchMode()) {
            throw new ZmtpConfigurationException(
                    key + ".consumer.batch-mode is set, but the zmtp binder hands over single messages.",
                    "Remove it; a reactive function may buffer: flux -> flux.bufferTimeout(100, Duration.ofMillis(50)).");
        }
        if (HeaderMode.headers.equals(properties.getHeaderMode())) {
            checkHeaderPart(key + ".consumer", place.type());
        }
        return new Destination.Source(name, place);
    }

    @Override
    public Destination.Target provisionProducerDestination(
            String name, ExtendedProducerProperties<ZmtpProducerProperties> properties) {
        ZmtpProducerProperties own = properties.getExtension();
        String binding = properties.getBindingName();
        String key = key(binding);
        if (properties.getRequiredGroups() != null && properties.getRequiredGroups().length > 0) {
            throw new ZmtpConfigurationException(
                    key + ".producer.required-groups is " + Arrays.toString(properties.getRequiredGroups())
                            + ", but ZeroMQ keeps nothing for groups that are not there.",
                    "Remove it; let messages wait in the queue of a PUSH socket.");
        }
        List<Destination> places = new ArrayList<>();
        List<List<String>> partitions = partitions(key, name, properties);
        for (List<String> texts : partitions) {
            places.add(place(
                    partitions.size() > 1 ? binding + "-" + places.size() : binding,
                    texts,
                    own.getType(),
                    own.getTopicExpression() == null ? PUSH : PUB,
                    own.getBind(),
                    NOT_FOR_PRODUCERS,
                    "send"));
        }
        SocketType type = places.get(0).type();
        if (HeaderMode.headers.equals(properties.getHeaderMode())) {
            checkHeaderPart(key + ".producer", type);
        }
        if (own.getTopicExpression() != null && type.singlePart() && type != RADIO) {
            throw new ZmtpConfigurationException(
                    "spring.cloud.stream.zmtp.bindings." + binding
                            + ".producer.topic-expression is set, but messages of a " + type
                            + " socket have one part, and no room for a topic.",
                    "Remove it, or use a PUB or PUSH socket.");
        }
        return new Destination.Target(name, places);
    }

    /** Where dead letters go, if anywhere. */
    @Nullable
    Destination deadLetters(ExtendedConsumerProperties<ZmtpConsumerProperties> properties) {
        String destination = properties.getExtension().getDeadLetter();
        return destination == null
                ? null
                : place(
                        properties.getBindingName() + ".dead-letter",
                        List.of(destination),
                        null,
                        PUSH,
                        null,
                        NOT_FOR_PRODUCERS,
                        "send");
    }

    /** The destinations of each partition. */
    private static List<List<String>> partitions(
            String key, String name, ExtendedProducerProperties<ZmtpProducerProperties> properties) {
        List<String> all = Arrays.stream(name.split(",", -1)).map(String::strip).toList();
        int count = properties.isPartitioned() ? properties.getPartitionCount() : 1;
        if (count == 1) {
            return List.of(
                    all.stream().map(each -> each.replace(PARTITION, "0")).toList());
        }
        if (all.size() == count) {
            return all.stream().map(List::of).toList();
        }
        if (all.size() > 1 || !name.contains(PARTITION)) {
            throw new ZmtpConfigurationException(
                    key + ".destination is '" + name + "', but there are " + count + " partitions.",
                    "Name " + count
                            + " sockets or endpoints with commas between them; or write {partition} where its number"
                            + " belongs, as in tcp://worker-{partition}:5555.");
        }
        List<List<String>> numbered = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbered.add(List.of(name.replace(PARTITION, Integer.toString(i))));
        }
        return numbered;
    }

    private Destination place(
            String binding,
            List<String> texts,
            @Nullable SocketType type,
            SocketType usual,
            @Nullable Boolean bind,
            Set<SocketType> unfit,
            String ability) {
        String key = key(binding) + ".destination";
        if (texts.stream().allMatch(text -> text.contains("://"))) {
            SocketType made = type == null ? usual : type;
            if (unfit.contains(made)) {
                throw new ZmtpConfigurationException(
                        "spring.cloud.stream.zmtp.bindings." + binding + ": the type is " + made + ", which does not "
                                + ability + " single messages.",
                        "Leave the type out for " + usual + ", or use one that does.");
            }
            List<Endpoint> endpoints =
                    texts.stream().map(text -> endpoint(key, text)).toList();
            factory.check(binding, endpoints);
            return new Destination(
                    key,
                    binding,
                    made,
                    endpoints,
                    bind == null ? endpoints.get(0).anyHost() : bind);
        }
        String name = String.join(",", texts);
        SocketType known = sockets.find(name)
                .orElseThrow(() -> new ZmtpConfigurationException(
                        key + " is '" + name + "', but there is no ZMTP socket of that name; there are "
                                + sockets.all().keySet() + ".",
                        "Declare it under zmtp.sockets." + name
                                + ", correct the name, or write an endpoint, such as tcp://host:port."))
                .type();
        if (unfit.contains(known)) {
            throw new ZmtpConfigurationException(
                    key + " is the ZMTP socket '" + name + "' of type " + known + ", which does not " + ability
                            + " single messages.",
                    "Name a socket that does, or change zmtp.sockets." + name + ".type.");
        }
        if (type != null || bind != null) {
            throw new ZmtpConfigurationException(
                    "spring.cloud.stream.zmtp.bindings." + binding + " has a " + (type != null ? "type" : "bind")
                            + ", but its destination is the ZMTP socket '" + name + "'.",
                    "Remove it, and say it under zmtp.sockets." + name + ".");
        }
        return new Destination(key, name, known, List.of(), false);
    }

    private static Endpoint endpoint(String key, String text) {
        try {
            return Endpoint.parse(text);
        } catch (IllegalArgumentException unreadable) {
            throw new ZmtpConfigurationException(
                    key + ": " + unreadable.getMessage(),
                    "Write the name of a socket under zmtp.sockets, or an endpoint such as tcp://host:port.",
                    unreadable);
        }
    }

    /** A socket that is made would subscribe to nothing. */
    private static void checkSubscriber(String binding, SocketType type, List<String> topics) {
        String where = "spring.cloud.stream.zmtp.bindings." + binding + ": the type is " + type;
        if (type == DISH) {
            throw new ZmtpConfigurationException(
                    where + ", which receives nothing before it joins a group, and a binding has no groups.",
                    "Name a socket under zmtp.sockets that has join.");
        } else if (type == XSUB && !topics.isEmpty()) {
            throw new ZmtpConfigurationException(
                    where + ", and there are topics, but only SUB subscribes to those of a binding.",
                    "Leave the type out, or name a socket under zmtp.sockets that has subscribe.");
        }
    }

    private static void checkHeaderPart(String key, SocketType type) {
        if (type.singlePart()) {
            throw new ZmtpConfigurationException(
                    key + ".header-mode is 'headers', but messages of a " + type
                            + " socket have one part, and no room for headers.",
                    "Remove it, or use a socket of another type.");
        }
    }

    private static String key(String binding) {
        return "spring.cloud.stream.bindings." + binding;
    }
}
