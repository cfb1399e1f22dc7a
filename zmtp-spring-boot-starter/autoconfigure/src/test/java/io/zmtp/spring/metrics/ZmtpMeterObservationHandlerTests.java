package io.zmtp.spring.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler.IgnoredMeters;
import io.micrometer.core.instrument.observation.MeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.zmtp.reactive.Message;
import io.zmtp.reactive.SocketType;
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration;
import io.zmtp.spring.core.Observed;
import io.zmtp.spring.core.ObservedListener;
import io.zmtp.spring.core.ZmtpListenerObservationConvention;
import io.zmtp.spring.core.ZmtpObservation;
import io.zmtp.spring.core.ZmtpReceiverContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Each traffic goes to Micrometer's handler and to ours, and leaves the same meters. */
class ZmtpMeterObservationHandlerTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Message MESSAGE = Message.of("hello");

    /** Messages that are observed, and the meters that come of them. */
    private static final class Station {

        final MockClock clock = new MockClock();
        final SimpleMeterRegistry simple = new SimpleMeterRegistry(SimpleConfig.DEFAULT, clock);
        final MeterRegistry meters;
        final ObservationRegistry observations = ObservationRegistry.create();
        final ObservedListener listener = new ObservedListener("worker", "work", SocketType.PULL);
        final List<String> seen = new ArrayList<>();
        private final Observed observed;

        Station(
                boolean ours,
                UnaryOperator<MeterRegistry> registry,
                @Nullable ZmtpListenerObservationConvention convention,
                IgnoredMeters... ignored) {
            meters = registry.apply(simple);
            DefaultMeterObservationHandler others = new DefaultMeterObservationHandler(meters, ignored);
            ObservationHandler<?> handler = ours
                    ? new ObservationHandler.FirstMatchingCompositeObservationHandler(
                            new ZmtpMeterObservationHandler(meters, others, ignored.length == 0), others)
                    : others;
            observations.observationConfig().observationHandler(handler);
            observed = new Observed(observations, false, new Observed.Conventions(null, null, convention));
        }

        void handles(Runnable work) {
            try {
                Flux<Message> none = observed.listening(listener, MESSAGE, null, Map.of(), true, () -> {
                    clock.add(Duration.ofMillis(5));
                    work.run();
                    return null;
                });
                assertThat(none).isNull();
            } catch (Throwable failure) {
                assertThat(failure).isInstanceOf(IllegalStateException.class);
            }
        }

        void handles(int times) {
            for (int i = 0; i < times; i++) {
                handles(() -> {});
            }
        }

        void fails() {
            handles(() -> {
                throw new IllegalStateException("on purpose");
            });
        }

        void sends(ZmtpObservation what, boolean succeeds) {
            Mono<String> sent = observed.sending(
                    what,
                    "jobs",
                    SocketType.DEALER,
                    null,
                    () -> MESSAGE,
                    message -> Mono.fromCallable(() -> {
                        clock.add(Duration.ofMillis(7));
                        if (!succeeds) {
                            throw new IllegalArgumentException("on purpose");
                        }
                        return "sent";
                    }));
            Throwable failure = catchThrowable(() -> sent.block(TIMEOUT));
            assertThat(failure == null).isEqualTo(succeeds);
        }

        Observation current() {
            return Objects.requireNonNull(observations.getCurrentObservation());
        }

        /** Notes all that a registry has to show. */
        void look(MeterRegistry registry) {
            TreeSet<String> all = new TreeSet<>();
            for (Meter meter : registry.getMeters()) {
                String shown = meter.getId() + " " + meter.getId().getType() + " "
                        + meter.getId().getBaseUnit() + " " + meter.getId().getDescription() + " " + meter.measure();
                if (meter instanceof Timer timer) {
                    shown += " " + timer.takeSnapshot();
                } else if (meter instanceof LongTaskTimer active) {
                    shown += " " + active.takeSnapshot();
                }
                all.add(shown);
            }
            seen.add(String.join("\n", all));
        }

        void look() {
            look(meters);
        }
    }

    private static List<String> same(Consumer<Station> traffic) {
        return same(registry -> registry, null, traffic);
    }

    private static List<String> same(
            UnaryOperator<MeterRegistry> registry,
            @Nullable ZmtpListenerObservationConvention convention,
            Consumer<Station> traffic,
            IgnoredMeters... ignored) {
        Station theirs = new Station(false, registry, convention, ignored);
        Station ours = new Station(true, registry, convention, ignored);
        for (Station station : List.of(theirs, ours)) {
            traffic.accept(station);
            station.look();
        }
        assertThat(ours.seen).isEqualTo(theirs.seen);
        return ours.seen;
    }

    @Test
    void timesSuccessAndFailure() {
        List<String> seen = same(station -> {
            station.handles(3);
            station.fails();
            station.handles(1);
            station.fails();
            station.handles(station::look); // while it is under way
        });
        assertThat(seen.get(0)).contains("zmtp.listener.active").contains("COUNT', value=4.0");
        assertThat(seen.get(1)).contains("IllegalStateException").contains("tag(error=none)");
    }

    @Test
    void timesSendsAndRequests() {
        List<String> seen = same(station -> {
            for (int i = 0; i < 3; i++) {
                station.sends(ZmtpObservation.SEND, true);
                station.sends(ZmtpObservation.SEND, false);
                station.sends(ZmtpObservation.REQUEST, true);
            }
        });
        assertThat(seen.get(0)).contains("'zmtp.send'").contains("'zmtp.request.active'");
    }

    @Test
    void leavesOtherObservationsToOthers() {
        assertThat(same(station -> Observation.createNotStarted("other", station.observations)
                                .observe(() -> {}))
                        .get(0))
                .contains("'other'");
    }

    @Test
    void countsEvents() {
        assertThat(same(station -> station.handles(() -> station.current().event(Observation.Event.of("tasted"))))
                        .get(0))
                .contains("'zmtp.listener.tasted'");
    }

    @Test
    void hasTagsThatWereAddedMeanwhile() {
        assertThat(same(station -> {
                            station.handles(1);
                            station.handles(() -> station.current().lowCardinalityKeyValue("taste", "sweet"));
                            station.handles(() -> station.current().lowCardinalityKeyValue("taste", "sour"));
                            station.handles(1);
                        })
                        .get(0))
                .contains("tag(taste=sweet)", "tag(taste=sour)");
    }

    @Test
    void hasTheKeysOfAConvention() {
        AtomicInteger count = new AtomicInteger();
        ZmtpListenerObservationConvention convention = new ZmtpListenerObservationConvention() {
            @Override
            public String getName() {
                return "mine";
            }

            @Override
            public KeyValues getLowCardinalityKeyValues(ZmtpReceiverContext context) {
                return KeyValues.of("socket", context.socket(), "parity", count.getAndIncrement() % 4 < 2 ? "a" : "b");
            }
        };
        assertThat(same(registry -> registry, convention, station -> station.handles(8))
                        .get(0))
                .contains("'mine'", "'mine.active'", "tag(parity=a)", "tag(parity=b)");
    }

    /** Values that are never equal cost no memory. */
    @Test
    void hasTheKeysOfAConventionThatAreNeverEqual() {
        ZmtpListenerObservationConvention convention = new ZmtpListenerObservationConvention() {
            @Override
            public KeyValues getLowCardinalityKeyValues(ZmtpReceiverContext context) {
                return KeyValues.of(new KeyValue() {
                    @Override
                    public String getKey() {
                        return "key";
                    }

                    @Override
                    public String getValue() {
                        return "value";
                    }
                });
            }
        };
        assertThat(same(registry -> registry, convention, station -> station.handles(2_500))
                        .get(0))
                .contains("COUNT', value=2500.0");
    }

    @Test
    void obeysFilters() {
        List<String> seen = same(
                registry -> {
                    registry.config()
                            .commonTags("application", "tea")
                            .meterFilter(MeterFilter.renameTag("zmtp.listener", "zmtp.listener.id", "listener"))
                            .meterFilter(MeterFilter.ignoreTags("messaging.system"))
                            .meterFilter(MeterFilter.denyNameStartsWith("zmtp.send"))
                            .meterFilter(new MeterFilter() {
                                @Override
                                public DistributionStatisticConfig configure(
                                        Meter.Id id, DistributionStatisticConfig config) {
                                    return DistributionStatisticConfig.builder()
                                            .percentiles(0.5, 0.99)
                                            .serviceLevelObjectives(1e6, 1e9)
                                            .build()
                                            .merge(config);
                                }
                            });
                    return registry;
                },
                null,
                station -> {
                    station.handles(5);
                    station.fails();
                    station.sends(ZmtpObservation.SEND, true);
                    station.sends(ZmtpObservation.REQUEST, true);
                    station.handles(station::look);
                });
        assertThat(seen.get(1))
                .contains("tag(application=tea)", "tag(listener=worker)", "phi=0.99")
                .doesNotContain("zmtp.send", "messaging.system");
    }

    /** As one does that limits the number of meters. */
    @Test
    void asksAFilterEachTimeThatDenies() {
        List<String> seen = same(
                registry -> {
                    AtomicInteger asked = new AtomicInteger();
                    registry.config().meterFilter(new MeterFilter() {
                        @Override
                        public MeterFilterReply accept(Meter.Id id) {
                            return asked.incrementAndGet() < 5 ? MeterFilterReply.DENY : MeterFilterReply.NEUTRAL;
                        }
                    });
                    return registry;
                },
                null,
                station -> station.handles(6));
        assertThat(seen.get(0)).contains("COUNT', value=4.0");
    }

    @Test
    void obeysAFilterThatIsAddedLateAfterASecond() {
        List<String> seen = same(station -> {
            station.handles(2);
            station.meters.config().meterFilter(MeterFilter.ignoreTags("zmtp.listener.id"));
            station.clock.add(Duration.ofSeconds(1));
            station.handles(3);
        });
        assertThat(seen.get(0)).contains("COUNT', value=2.0").contains("COUNT', value=3.0");
    }

    @Test
    void leavesOutLongTasksWhereThatIsAsked() {
        assertThat(same(registry -> registry, null, station -> station.handles(2), IgnoredMeters.LONG_TASK_TIMER)
                        .get(0))
                .doesNotContain("active");
    }

    @Test
    void makesMetersAgainThatWereRemoved() {
        List<String> seen = same(station -> {
            station.handles(2);
            station.handles(station.meters::clear);
            station.look();
            station.handles(2);
            station.look();
            station.meters.remove(station.meters.get("zmtp.listener").timer());
            station.look();
            station.handles(1);
            station.meters.remove(
                    station.meters.get("zmtp.listener.active").longTaskTimer().getId());
            station.handles(1);
        });
        assertThat(seen.get(0)).contains("COUNT', value=1.0");
        assertThat(seen.get(1)).contains("COUNT', value=3.0");
        assertThat(seen.get(2)).doesNotContain("'zmtp.listener'");
        assertThat(seen.get(3)).contains("COUNT', value=2.0");
    }

    @Test
    void makesNoMetersInARegistryThatIsClosed() {
        List<String> seen = same(station -> {
            station.handles(2);
            station.meters.close();
            station.handles(2);
            station.fails();
            station.look();
            station.meters.clear();
            station.handles(1);
        });
        assertThat(seen.get(0)).contains("COUNT', value=4.0").doesNotContain("IllegalState");
        assertThat(seen.get(1)).isEmpty();
    }

    @Test
    void servesSeveralRegistries() {
        List<String> seen = same(
                first -> {
                    CompositeMeterRegistry both =
                            new CompositeMeterRegistry(first.config().clock());
                    return both.add(first);
                },
                null,
                station -> {
                    CompositeMeterRegistry both = (CompositeMeterRegistry) station.meters;
                    station.handles(2);
                    SimpleMeterRegistry second = new SimpleMeterRegistry(SimpleConfig.DEFAULT, station.clock);
                    both.add(second);
                    station.handles(3);
                    station.look(station.simple);
                    station.look(second);
                    second.clear();
                    station.simple.close();
                    station.handles(1);
                    station.look(station.simple);
                    station.look(second);
                    both.remove(station.simple);
                    station.handles(1);
                    both.clear();
                    station.handles(1);
                    station.look(station.simple);
                    station.look(second);
                });
        assertThat(seen.get(0)).contains("COUNT', value=5.0");
        assertThat(seen.get(1)).contains("COUNT', value=3.0");
        assertThat(seen.get(5)).contains("COUNT', value=1.0");
    }

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    ObservationAutoConfiguration.class,
                    ZmtpMetricsAutoConfiguration.class,
                    ZmtpAutoConfiguration.class))
            .withBean(SimpleMeterRegistry.class);

    private final ApplicationContextRunner measured =
            runner.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class));

    private static void handle(ObservationRegistry observations) {
        try {
            new Observed(observations, false)
                    .listening(
                            new ObservedListener("worker", "work", SocketType.PULL),
                            MESSAGE,
                            null,
                            Map.of(),
                            true,
                            () -> null);
        } catch (Throwable failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void comesBeforeTheHandlerOfBoot() {
        measured.run(context -> {
            assertThat(context.getBeanProvider(MeterObservationHandler.class).orderedStream())
                    .hasExactlyElementsOfTypes(ZmtpMeterObservationHandler.class, DefaultMeterObservationHandler.class);
            handle(context.getBean(ObservationRegistry.class));
            MeterRegistry meters = context.getBean(MeterRegistry.class);
            assertThat(meters.get("zmtp.listener").timer().count()).isEqualTo(1); // and not 2
            assertThat(meters.find("zmtp.listener.active").longTaskTimer()).isNotNull();
        });
    }

    @Test
    void ignoresTheMetersThatBootIgnores() {
        measured.withPropertyValues("management.metrics.observations.ignored-meters=long-task-timer")
                .run(context -> {
                    handle(context.getBean(ObservationRegistry.class));
                    MeterRegistry meters = context.getBean(MeterRegistry.class);
                    assertThat(meters.get("zmtp.listener").timer().count()).isEqualTo(1);
                    assertThat(meters.find("zmtp.listener.active").longTaskTimer())
                            .isNull();
                });
    }

    private static final class Own implements MeterObservationHandler<Observation.Context> {}

    @Test
    void backsOffWhereTheApplicationHasAHandlerOfItsOwn() {
        measured.withBean(Own.class, Own::new)
                .run(context -> assertThat(context).doesNotHaveBean(ZmtpMeterObservationHandler.class));
    }

    @Test
    void backsOffWhereObservationsHaveNoMeters() {
        runner.run(context -> {
            assertThat(context).hasNotFailed().doesNotHaveBean(ZmtpMeterObservationHandler.class);
            handle(context.getBean(ObservationRegistry.class));
            assertThat(context.getBean(MeterRegistry.class)
                            .find("zmtp.listener")
                            .timer())
                    .isNull();
        });
    }
}
