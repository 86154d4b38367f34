package qince.leads.documents

import io.ktor.server.cio.CIO
import io.ktor.server.engine.EmbeddedServer
import io.ktor.server.engine.embeddedServer
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.delay
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import qince.leads.PushData
import qince.leads.PushEvent
import qince.leads.examples.Events
import qince.leads.examples.EventsInMemory
import qince.leads.examples.webhook
import qince.leads.sandbox.Environment
import qince.leads.sandbox.Sandbox

/** The Ktor receiver, served as it stands, and pushed to. */
class ExamplesTest {
    @BeforeEach
    fun forget() = Sandbox.forget()

    private fun <T> serving(
        events: Events,
        secrets: List<String> = listOf("new secret", Environment.pushSecret),
        use: (String) -> T,
    ): T {
        val server: EmbeddedServer<*, *> = embeddedServer(CIO, port = 0, host = "127.0.0.1") { webhook(secrets, events) }
        server.start()
        try {
            val port = runBlocking { server.engine.resolvedConnectors().single().port }
            return use("http://127.0.0.1:$port/push")
        } finally {
            server.stop(0, 0)
        }
    }

    private fun deliver(url: String, body: ByteArray): Answer {
        val form = HttpRequest.newBuilder(URI(url)).header("Content-Type", "application/x-www-form-urlencoded")
        val response = HttpClient.newHttpClient().send(
            form.POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
            HttpResponse.BodyHandlers.ofString(),
        )
        return Answer.of(response.statusCode(), response.body())
    }

    @Test
    fun `every example is listed`() {
        val examples = Environment.module.resolve("examples")
        val listing = examples.resolve("README.md").text()
        val names = examples.toFile().list()!!.filter { it.endsWith(".kt") }
        assertTrue(names.isNotEmpty() && names.all { "`$it`" in listing })
    }

    @Test
    fun `each push is answered as it should and stored once`() {
        val events = EventsInMemory()
        val printed = linesOf {
            serving(events) { url ->
                for ((name, body, answer) in pushCases(Environment.pushSecret)) assertEquals(answer, deliver(url, body), name)
                assertEquals(Answer(413), deliver(url, ByteArray(2 shl 20) { 'x'.code.toByte() }))
            }
        }
        assertEquals(setOf("good", "other", "large"), events.events.keys)
        assertEquals("电话沟通 100% & 更多", (events.events["good"]!!.data as PushData.FollowUp).followUp.activityContent)
        assertEquals(listOf("stored: good", "stored: other", "stored: large"), printed)
    }

    @Test
    fun `it takes the pushes of the sandbox repeated forged and out of order`() {
        val events = EventsInMemory()
        val deliveries = serving(events) {
            Sandbox.push(
                it,
                "count" to 30,
                "repeat" to 0.5,
                "tamper" to 0.5,
                "shuffle" to true,
                "seed" to 7,
            )
        }
        assertTrue(deliveries.size > 40)
        assertTrue(deliveries.all { it.isAcknowledged != it.isForged })
        assertEquals(Sandbox.journal().map { it.msgId }.toSet(), events.events.keys)
        assertEquals(30, events.events.size)
    }

    @Test
    fun `what cannot be stored is refused and comes again`() {
        val stored = ConcurrentLinkedQueue<String>()
        val failing = object : Events {
            var isDown = true

            override suspend fun store(event: PushEvent) {
                check(!isDown) { "the database is down" }
                stored += event.msgId
            }
        }
        linesOf {
            serving(failing) { url ->
                val refused = Sandbox.push(url, "count" to 1).single()
                assertEquals("1", Answer.of(refused.status!!, refused.answer!!).returnCode)
                failing.isDown = false
                assertTrue(Sandbox.redeliver().single().isAcknowledged)
            }
        }
        assertEquals(Sandbox.journal().map { it.msgId }, stored.toList())
    }

    @Test
    fun `what takes too long to store is refused in time`() {
        val hanging = object : Events {
            override suspend fun store(event: PushEvent) = delay(60.seconds)
        }
        linesOf {
            serving(hanging) { url ->
                val began = System.nanoTime()
                assertEquals("1", deliver(url, push("slow", Environment.pushSecret)).returnCode)
                assertTrue(System.nanoTime() - began < 5_000_000_000) { "the service waits five seconds" }
            }
        }
    }
}
