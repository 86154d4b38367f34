package qince.leads.examples

import io.ktor.http.ContentType
import io.ktor.http.HttpStatusCode
import io.ktor.server.application.Application
import io.ktor.server.cio.CIO
import io.ktor.server.engine.embeddedServer
import io.ktor.server.request.receiveChannel
import io.ktor.server.response.respond
import io.ktor.server.response.respondText
import io.ktor.server.routing.post
import io.ktor.server.routing.routing
import io.ktor.utils.io.readBuffer
import java.util.concurrent.ConcurrentHashMap
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.io.readByteArray
import qince.leads.PushEvent
import qince.leads.QinceException
import qince.leads.verifyPush

/** Where events are kept. The service sends a push again until it is acknowledged, so one may come twice, even at once. */
interface Events {
    /** Keeps an event once, by its message id. Returns only when it is safe. */
    suspend fun store(event: PushEvent)
}

/** Keeps events in memory, which is enough to try it. Yours is a table with a unique key on `msg_id`. */
class EventsInMemory : Events {
    val events = ConcurrentHashMap<String, PushEvent>()

    override suspend fun store(event: PushEvent) {
        if (events.putIfAbsent(event.msgId, event) == null) println("stored: ${event.msgId}")
    }
}

// The service waits five seconds for an answer.
private val storeWithin = 3.seconds

// No push is as large as that.
private const val MAX_BODY = 1L shl 20

/** Receives pushes at `/push`: stores each, and acknowledges it. `secrets` has two while the secret is being changed. */
fun Application.webhook(secrets: List<String>, events: Events) {
    routing {
        post("/push") {
            // The raw body: a form that Ktor has parsed cannot be verified.
            val body = call.receiveChannel().readBuffer(MAX_BODY + 1).readByteArray()
            if (body.size > MAX_BODY) return@post call.respond(HttpStatusCode.PayloadTooLarge)
            val event = try {
                verifyPush(body, secrets, nowMs = System.currentTimeMillis(), maxAgeMs = null)
            } catch (_: QinceException) {
                return@post call.respond(HttpStatusCode.BadRequest)
            }
            val isStored = try {
                withTimeoutOrNull(storeWithin) { events.store(event) } != null
            } catch (cancelled: CancellationException) {
                throw cancelled
            } catch (_: Exception) {
                false
            }
            if (!isStored) println("not stored: ${event.msgId}")
            call.respondText(if (isStored) event.acknowledge() else event.refuse("not stored"), ContentType.Application.Json)
        }
    }
}

fun main() {
    val secrets = System.getenv("QINCE_PUSH_SECRET").split(',')
    embeddedServer(CIO, port = 3000) { webhook(secrets, EventsInMemory()) }.start(wait = true)
}
