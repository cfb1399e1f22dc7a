package io.zmtp.spring

import io.zmtp.spring.autoconfigure.ZmtpAutoConfiguration
import io.zmtp.spring.autoconfigure.ZmtpCodecAutoConfiguration
import io.zmtp.spring.autoconfigure.ZmtpListenerAutoConfiguration
import io.zmtp.spring.autoconfigure.ZmtpTemplateAutoConfiguration
import io.zmtp.spring.client.ImportZmtpServices
import io.zmtp.spring.client.ZmtpExchange
import io.zmtp.spring.core.ZmtpCallException
import io.zmtp.spring.core.ZmtpConfigurationException
import io.zmtp.spring.listener.ZmtpListener
import io.zmtp.spring.template.ZmtpTemplate
import java.util.concurrent.CompletableFuture
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import java.util.concurrent.TimeoutException
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.reactor.awaitSingle
import kotlinx.coroutines.reactor.awaitSingleOrNull
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.springframework.boot.autoconfigure.AutoConfigurations
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration
import org.springframework.boot.test.context.runner.ApplicationContextRunner
import org.springframework.boot.test.context.FilteredClassLoader
import org.springframework.context.ApplicationContext
import org.springframework.context.annotation.Configuration
import org.springframework.core.ParameterizedTypeReference
import org.springframework.messaging.handler.annotation.DestinationVariable
import org.springframework.messaging.handler.annotation.MessageExceptionHandler
import org.springframework.test.util.TestSocketUtils

/** Suspending functions and flows of Kotlin, as listeners and as requests. */
class KotlinTests {

    class Desk {
        val seen = LinkedBlockingQueue<String>()
        val begun = CompletableFuture<String>()
        val cancelled = CompletableFuture<String>()

        @ZmtpListener(socket = "desk", topics = ["q.value.{symbol}"])
        suspend fun value(@DestinationVariable symbol: String, text: String): String {
            delay(1)
            return "$symbol $text"
        }

        @ZmtpListener(socket = "desk", topics = ["q.unit"])
        suspend fun unit(text: String) {
            delay(1)
            seen.add(text)
        }

        @ZmtpListener(socket = "desk", topics = ["q.nothing"])
        suspend fun nothing(text: String): Int? = text.toIntOrNull()

        @ZmtpListener(socket = "desk", topics = ["q.fails"])
        suspend fun fails(text: String): String {
            delay(1)
            throw ZmtpCallException("sold-out", "there is no $text")
        }

        @ZmtpListener(socket = "desk", topics = ["q.handled"])
        suspend fun handled(text: String): String {
            delay(1)
            throw UnsupportedOperationException(text)
        }

        @MessageExceptionHandler
        suspend fun handle(failure: UnsupportedOperationException): String {
            delay(1)
            return "handled ${failure.message}"
        }

        @ZmtpListener(socket = "desk", topics = ["q.hangs"])
        suspend fun hangs(text: String): String {
            try {
                begun.complete(text)
                awaitCancellation()
            } finally {
                cancelled.complete(text)
            }
        }

        @ZmtpListener(socket = "desk", topics = ["q.flow"])
        fun flow(count: Int): Flow<Int> = (1..count).asFlow()

        @ZmtpListener(socket = "desk", topics = ["q.later"])
        suspend fun later(count: Int): Flow<Int> {
            delay(1)
            return (1..count).asFlow()
        }

        @ZmtpListener(socket = "desk", topics = ["q.broken"])
        fun broken(): Flow<Int> = flow {
            emit(1)
            throw ZmtpCallException("closed", "closed on Sundays")
        }
    }

    class Takes {
        val seen = LinkedBlockingQueue<Int>()

        @ZmtpListener("in")
        suspend fun all(numbers: Flow<Int>) {
            numbers.map { it * 2 }.collect { seen.add(it) }
        }
    }

    @ZmtpExchange("q")
    interface Asks {
        @ZmtpExchange("value.{symbol}")
        suspend fun value(@DestinationVariable symbol: String, text: String?): String

        @ZmtpExchange("unit")
        suspend fun unit(text: String)

        @ZmtpExchange("nothing")
        suspend fun orNull(text: String): Int?

        @ZmtpExchange("nothing")
        suspend fun neverNull(text: String): Int

        @ZmtpExchange("fails")
        suspend fun fails(text: String): String

        @ZmtpExchange("hangs")
        suspend fun hangs(text: String): String

        @ZmtpExchange("flow")
        fun flow(count: Int): Flow<Int>

        @ZmtpExchange("later")
        suspend fun later(count: Int): Flow<Int>

        @ZmtpExchange("broken")
        fun broken(): Flow<Int>
    }

    @Configuration(proxyBeanMethods = false)
    @ImportZmtpServices(socket = "ask", types = [Asks::class])
    class Client

    private val runner = ApplicationContextRunner()
        .withConfiguration(
            AutoConfigurations.of(
                JacksonAutoConfiguration::class.java,
                ZmtpAutoConfiguration::class.java,
                ZmtpCodecAutoConfiguration::class.java,
                ZmtpListenerAutoConfiguration::class.java,
                ZmtpTemplateAutoConfiguration::class.java,
            ),
        )
        .withPropertyValues("zmtp.defaults.linger=1s")

    private val endpoint = "tcp://127.0.0.1:" + TestSocketUtils.findAvailableTcpPort() // so that event loops call the methods

    private val both = runner
        .withUserConfiguration(Client::class.java, Desk::class.java)
        .withPropertyValues(
            "zmtp.sockets.ask.type=dealer",
            "zmtp.sockets.ask.connect=$endpoint",
            "zmtp.sockets.desk.type=router",
            "zmtp.sockets.desk.bind=$endpoint",
        )

    private fun ApplicationContextRunner.test(block: suspend CoroutineScope.(ApplicationContext) -> Unit) {
        run { context -> runBlocking { withTimeout(30.seconds) { block(context) } } }
    }

    private suspend fun failure(block: suspend () -> Any?): Throwable? =
        try {
            block()
            null
        } catch (failed: Throwable) {
            failed
        }

    @Test
    fun `a suspending listener answers with its value`() = both.test { context ->
        assertThat(context.getBean(Asks::class.java).value("X", "tea")).isEqualTo("X tea")
    }

    @Test
    fun `a suspending listener without a value answers with nothing when it is done`() = both.test { context ->
        context.getBean(Asks::class.java).unit("tea")
        assertThat(context.getBean(Desk::class.java).seen).containsExactly("tea")
    }

    @Test
    fun `a null is a reply that is nothing`() = both.test { context ->
        val asks = context.getBean(Asks::class.java)
        assertThat(asks.orNull("7")).isEqualTo(7)
        assertThat(asks.orNull("seven")).isNull()
        assertThat(failure { asks.neverNull("seven") })
            .isInstanceOf(NoSuchElementException::class.java)
            .hasMessageStartingWith("Asks.neverNull: expected a reply through the ZMTP socket 'ask', but it is nothing")
    }

    @Test
    fun `the failure of a suspending listener reaches a suspending caller`() = both.test { context ->
        assertThat(failure { context.getBean(Asks::class.java).fails("tea") })
            .isInstanceOf(ZmtpCallException::class.java)
            .hasMessage("'q.fails' through 'ask' failed (sold-out): there is no tea")
    }

    @Test
    fun `an exception handler may suspend`() = both.test { context ->
        val template = context.getBean(ZmtpTemplate::class.java)
        val reply = template.request("ask", "q.handled", "tea", ParameterizedTypeReference.forType<String>(String::class.java))
        assertThat(reply.awaitSingle()).isEqualTo("handled tea")
    }

    @Test
    fun `a caller that is cancelled cancels the coroutine of the listener`() = both.test { context ->
        val desk = context.getBean(Desk::class.java)
        val call = launch { context.getBean(Asks::class.java).hangs("tea") }
        while (!desk.begun.isDone) delay(1)
        call.cancelAndJoin()
        while (!desk.cancelled.isDone) delay(1)
        assertThat(desk.cancelled.get()).isEqualTo("tea")
    }

    @Test
    fun `a caller fails when its time is over`() = both.withPropertyValues("zmtp.rpc.timeout=100ms").test { context ->
        assertThat(failure { context.getBean(Asks::class.java).hangs("tea") })
            .isInstanceOf(TimeoutException::class.java)
            .hasMessageContaining("'q.hangs' through 'ask'")
    }

    @Test
    fun `a flow is a stream, also one that a suspending function returns`() = both.test { context ->
        val asks = context.getBean(Asks::class.java)
        assertThat(asks.flow(1_000).toList()).isEqualTo((1..1_000).toList())
        assertThat(asks.later(1_000).toList()).isEqualTo((1..1_000).toList())
        assertThat(asks.flow(1_000_000).take(3).toList()).containsExactly(1, 2, 3)
    }

    @Test
    fun `a flow that fails fails with its route and its socket`() = both.test { context ->
        assertThat(failure { context.getBean(Asks::class.java).broken().toList() })
            .isInstanceOf(ZmtpCallException::class.java)
            .hasMessage("the stream 'q.broken' through 'ask' failed (closed): closed on Sundays")
    }

    @Test
    fun `an argument that is null is refused`() = both.test { context ->
        assertThat(failure { context.getBean(Asks::class.java).value("X", null) })
            .isInstanceOf(IllegalArgumentException::class.java)
            .hasMessage("Asks.value: expected the payload in the parameter 'text', but it is null")
    }

    @Test
    fun `a listener takes all messages as a flow`() = runner
        .withUserConfiguration(Takes::class.java)
        .withPropertyValues(
            "zmtp.sockets.out.type=push",
            "zmtp.sockets.out.connect=$endpoint",
            "zmtp.sockets.in.type=pull",
            "zmtp.sockets.in.bind=$endpoint",
        )
        .test { context ->
            val template = context.getBean(ZmtpTemplate::class.java)
            for (number in 1..200) {
                template.send("out", number).awaitSingleOrNull()
            }
            val seen = context.getBean(Takes::class.java).seen
            assertThat((1..200).map { seen.poll(30, TimeUnit.SECONDS) }).isEqualTo((1..200).map { it * 2 })
        }

    @Test
    fun `a suspending function without what joins it to Reactor stops the start`() {
        both.withClassLoader(FilteredClassLoader("kotlinx.coroutines.reactor")).run { context ->
            assertThat(context.startupFailure).rootCause()
                .isInstanceOf(ZmtpConfigurationException::class.java)
                .hasMessageContaining("is a suspending function")
        }
    }

    @Test
    fun `a flow through a REQ is refused`() {
        both.withPropertyValues("zmtp.sockets.ask.type=req").run { context ->
            assertThat(context.startupFailure).rootCause()
                .hasMessageContaining("it returns a Flow, but the socket 'ask' is no DEALER")
        }
    }
}
