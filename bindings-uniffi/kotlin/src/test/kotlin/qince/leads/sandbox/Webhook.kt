package qince.leads.sandbox

import com.sun.net.httpserver.HttpServer
import java.net.InetSocketAddress
import java.util.concurrent.Executors
import qince.leads.PushEvent
import qince.leads.QinceException
import qince.leads.verifyPush

/**
 * A webhook on a free port of this machine that hands each event to a handler once. An event whose handler throws is
 * refused, and so comes again; a bad push is answered with HTTP 400 and no word more.
 */
internal class Webhook(private val secrets: List<String>, private val handle: (PushEvent) -> Unit) : AutoCloseable {
    private val server = promptServer()
    private val threads = Executors.newCachedThreadPool()
    private val handled = HashSet<String>()
    val url = "http://127.0.0.1:${server.address.port}/push"

    init {
        server.executor = threads
        server.createContext("/push") { exchange ->
            val (status, answer) = answer(exchange.requestBody.readBytes())
            val bytes = answer.toByteArray()
            exchange.sendResponseHeaders(status, if (bytes.isEmpty()) NO_BODY else bytes.size.toLong())
            exchange.responseBody.use { it.write(bytes) }
        }
        server.start()
    }

    override fun close() {
        server.stop(0)
        threads.shutdown()
    }

    private fun answer(body: ByteArray): Pair<Int, String> {
        val event = try {
            verifyPush(body, secrets, nowMs = System.currentTimeMillis(), maxAgeMs = MAX_AGE_MS)
        } catch (_: QinceException) {
            return 400 to ""
        }
        // One at a time: two deliveries of an event may come at once.
        synchronized(handled) {
            if (event.msgId !in handled) {
                runCatching { handle(event) }.onFailure { return 200 to event.refuse(it.message.orEmpty()) }
                handled += event.msgId
            }
        }
        return 200 to event.acknowledge()
    }

    private companion object {
        const val MAX_AGE_MS = 60_000L
        const val NO_BODY = -1L

        /** Without this, headers wait 40 ms for the acknowledgement of what was sent before them. */
        fun promptServer(): HttpServer {
            System.setProperty("sun.net.httpserver.nodelay", "true")
            return HttpServer.create(InetSocketAddress("127.0.0.1", 0), 0)
        }
    }
}
