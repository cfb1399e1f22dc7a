package io.zmtp.spring

import io.zmtp.reactive.ZmtpNackException
import io.zmtp.reactive.delivery.Work
import io.zmtp.reactive.replay.Gap
import io.zmtp.reactive.replay.Published
import io.zmtp.reactive.replay.Update
import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration
import io.zmtp.spring.listener.ZmtpHeaders
import io.zmtp.spring.listener.ZmtpListener
import io.zmtp.spring.listener.ZmtpListenerRegistry
import io.zmtp.spring.template.ZmtpTemplate
import java.util.concurrent.CompletableFuture
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.reactor.awaitSingleOrNull
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.boot.test.context.runner.ApplicationContextRunner
import org.springframework.context.ApplicationContext
import org.springframework.messaging.handler.annotation.Header

/** Suspending functions and flows of Kotlin that do acknowledged work, and listen to a publication without gaps. */
class KotlinDeliveryTests {

    class Worker {
        val cancelled = CompletableFuture<String>()

        @ZmtpListener("work")
        suspend fun on(job: String) {
            delay(1)
            when (job.substringBefore(' ')) {
                "bad" -> throw IllegalArgumentException("secret of the message")
                "no" -> throw ZmtpNackException(ZmtpNackException.REJECTED, "not today")
                "long" ->
                    try {
                        awaitCancellation()
                    } finally {
                        cancelled.complete(job)
                    }
            }
        }
    }

    class Works {
        @ZmtpListener("work")
        suspend fun all(works: Flow<Work>) {
            works.collect { work ->
                if (work.message().text() == "fine") work.done() else work.fail(ZmtpNackException.REJECTED, "not fine")
            }
        }
    }

    class Reader {
        val seen = LinkedBlockingQueue<String>()

        @ZmtpListener("ticks")
        suspend fun on(tick: String, @Header(ZmtpHeaders.NUMBER) number: Long) {
            delay(1)
            seen.add("$number $tick")
        }
    }

    class Updates {
        val seen = LinkedBlockingQueue<String>()

        @ZmtpListener(id = "updates", socket = "ticks")
        suspend fun all(updates: Flow<Update>) {
            updates.collect {
                when (it) {
                    is Published -> seen.add("${it.number()} ${it.message().last().utf8()}")
                    is Gap -> seen.add("lost ${it.count()}")
                }
            }
        }
    }

    private val runner = ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                ZmtpAutoConfiguration::class.java,
                ZmtpCodecAutoConfiguration::class.java,
                ZmtpListenerAutoConfiguration::class.java,
                ZmtpTemplateAutoConfiguration::class.java,
            ),
        )
        .withPropertyValues("zmtp.defaults.content-type=text/plain", "zmtp.defaults.linger=0s")

    private val working = runner.withPropertyValues(
        "zmtp.sockets.work.type=pull",
        "zmtp.sockets.work.bind=inproc://kotlin-work",
        "zmtp.sockets.work.delivery=done",
        "zmtp.sockets.jobs.type=push",
        "zmtp.sockets.jobs.connect=inproc://kotlin-work",
        "zmtp.sockets.jobs.delivery.level=done",
        "zmtp.sockets.jobs.delivery.retries=0",
    )

    private val publishing = runner.withPropertyValues(
        "zmtp.sockets.feed.type=pub",
        "zmtp.sockets.feed.bind=inproc://kotlin-feed",
        "zmtp.sockets.feed.replay.bind=inproc://kotlin-history",
        "zmtp.sockets.feed.replay.messages=3",
        "zmtp.sockets.ticks.type=sub",
        "zmtp.sockets.ticks.connect=inproc://kotlin-feed",
        "zmtp.sockets.ticks.replay.connect=inproc://kotlin-history",
        "zmtp.sockets.ticks.replay.from=0",
    )

    private fun ApplicationContextRunner.test(block: suspend CoroutineScope.(ApplicationContext) -> Unit) {
        run { context -> runBlocking { withTimeout(30.seconds) { block(context) } } }
    }

    private suspend fun done(context: ApplicationContext, job: String): Pair<Int, String>? =
        try {
            context.getBean(ZmtpTemplate::class.java).deliver("jobs", job).done().awaitSingleOrNull()
            null
        } catch (nack: ZmtpNackException) {
            nack.code() to nack.text()
        }

    @Test
    fun `a suspending listener that returns has done the work and one that throws has not`() =
        working.withUserConfiguration(Worker::class.java).test { context ->
            assertThat(done(context, "fine")).isNull()
            assertThat(done(context, "bad"))
                .isEqualTo(ZmtpNackException.BAD_INPUT to "the message makes no sense to the listener")
            assertThat(done(context, "no")).isEqualTo(ZmtpNackException.REJECTED to "not today")
            assertThat(done(context, "fine again")).isNull()
        }

    @Test
    fun `work that takes too long is cancelled and has failed`() =
        working.withUserConfiguration(Worker::class.java).withPropertyValues("zmtp.listener.timeout=100ms").test { context ->
            val cancelled = context.getBean(Worker::class.java).cancelled
            var tries = 0
            while (!cancelled.isDone) { // on a slow machine the time may be over before the function has begun
                assertThat(done(context, "long ${tries++}"))
                    .isEqualTo(ZmtpNackException.TIMEOUT to "the listener took too long")
            }
        }

    @Test
    fun `a flow of work says itself what became of each`() = working.withUserConfiguration(Works::class.java).test { context ->
        assertThat(done(context, "fine")).isNull()
        assertThat(done(context, "bad")).isEqualTo(ZmtpNackException.REJECTED to "not fine")
    }

    private suspend fun publish(context: ApplicationContext, vararg ticks: String) {
        val template = context.getBean(ZmtpTemplate::class.java)
        ticks.forEach { template.send("feed", "md.", it).awaitSingleOrNull() }
    }

    private fun taken(seen: LinkedBlockingQueue<String>, count: Int) = (1..count).map { seen.poll(30, TimeUnit.SECONDS) }

    @Test
    fun `a suspending listener gets each message of a publication once and in order`() =
        publishing.withUserConfiguration(Reader::class.java).test { context ->
            publish(context, "a", "b", "c")
            assertThat(taken(context.getBean(Reader::class.java).seen, 3)).containsExactly("0 a", "1 b", "2 c")
        }

    @Test
    fun `a flow has messages and gaps in their order`() =
        publishing
            .withUserConfiguration(Updates::class.java)
            .withPropertyValues("zmtp.sockets.ticks.replay.on-gap=emit", "zmtp.listener.auto-startup=false")
            .test { context ->
                publish(context, "a", "b", "c", "d", "e")
                context.getBean(ZmtpListenerRegistry::class.java).start("updates")
                assertThat(taken(context.getBean(Updates::class.java).seen, 4))
                    .containsExactly("lost 2", "2 c", "3 d", "4 e")
            }
}
