package qince.leads.transport

import java.io.IOException
import java.net.InetAddress
import java.net.ServerSocket
import java.time.Duration as JavaDuration
import java.util.concurrent.TimeUnit
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import okhttp3.OkHttpClient
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource
import qince.leads.AddLead
import qince.leads.JdkTransport
import qince.leads.NotSentException
import qince.leads.OkHttpTransport
import qince.leads.Policy
import qince.leads.QinceException
import qince.leads.QinceLeads
import qince.leads.QueryLeads
import qince.leads.RawReply
import qince.leads.RemoveLead
import qince.leads.SignedRequest
import qince.leads.Stamp
import qince.leads.Transport
import qince.leads.behaviour.APP_KEY
import qince.leads.behaviour.OK
import qince.leads.behaviour.OPENID
import qince.leads.behaviour.account
import qince.leads.behaviour.gzip
import qince.leads.behaviour.shownBy

/** Both transports over real sockets, against a server that answers whatever bytes a test likes. */
class TransportsTest {
    enum class Kind(val transport: () -> Transport) {
        OKHTTP(::OkHttpTransport),
        JDK(::JdkTransport),
    }

    private val ok = OK.body.decodeToString()

    private fun request(url: String, payload: AddLead = AddLead(empName = "负责人😀", code = "L1")): SignedRequest =
        account(url).sign(payload, Stamp(1_617_206_400_000, "m/1"))

    private fun Kind.send(request: SignedRequest, timeout: Duration = 10.seconds): Result<RawReply> =
        runBlocking { runCatching { transport().send(request, timeout) } }

    private fun leads(kind: Kind, url: String, policy: Policy = Policy(maxAttempts = 1), timeout: Duration = 10.seconds) =
        QinceLeads(account(url), kind.transport(), timeout, policy)

    /** A port on which nobody listens. */
    private fun closedPort(): Int = ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")).use { it.localPort }

    @ParameterizedTest
    @EnumSource
    fun `a request is sent as it was signed`(kind: Kind) {
        RawServer { reply(200, ok) }.use { server ->
            val request = request(server.url + "/proxy")
            assertEquals(200, kind.send(request).getOrThrow().status)
            val received = server.awaitRequest()
            assertEquals("POST ${request.url.removePrefix(server.url)} HTTP/1.1", received.requestLine)
            assertTrue(received.requestLine.startsWith("POST /proxy/") && "m%2F1" in received.requestLine)
            assertEquals(request.body, received.body.decodeToString())
            assertEquals("application/json", received.header("Content-Type"))
            assertEquals(received.body.size.toString(), received.header("Content-Length"))
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `another status is a reply like any other`(kind: Kind) {
        for (status in listOf(400, 401, 404, 429, 500, 503)) {
            RawServer { reply(status, "<html>", "Retry-After: 7") }.use { server ->
                val reply = kind.send(request(server.url)).getOrThrow()
                assertEquals(Triple(status, "<html>", "7"), Triple(reply.status, reply.body.decodeToString(), reply.retryAfter))
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `a redirect is not followed and a request is sent once`(kind: Kind) {
        for (status in listOf(301, 302, 303, 307, 308, 401, 407, 408, 421, 503)) {
            RawServer {
                reply(status, "", "Location: /elsewhere", "Retry-After: 0", "WWW-Authenticate: Basic realm=x")
            }.use { server ->
                val result = kind.send(request(server.url))
                // A proxy's challenge without a proxy is a protocol error to OkHttp; it is never sent twice all the same.
                if (status != 407) assertEquals(status, result.getOrThrow().status)
                server.awaitRequest()
                Thread.sleep(20)
                assertEquals(0, server.waiting, "$status")
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `a compressed reply is read`(kind: Kind) {
        RawServer { reply(200, gzip(OK.body), "Content-Encoding: gzip") }.use { server ->
            assertEquals("7", runBlocking { leads(kind, server.url).add(AddLead(empName = "e")) }.id)
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `a large reply comes whole and an empty one empty`(kind: Kind) {
        val large = ByteArray(5_000_000) { (it % 251).toByte() }
        RawServer { reply(200, large) }.use { assertTrue(large.contentEquals(kind.send(request(it.url)).getOrThrow().body)) }
        RawServer { reply(200, "") }.use { assertEquals(0, kind.send(request(it.url)).getOrThrow().body.size) }
    }

    @ParameterizedTest
    @EnumSource
    fun `a connection that nobody takes was not sent`(kind: Kind) {
        for (url in listOf("http://127.0.0.1:${closedPort()}", "https://name.invalid")) {
            val problem = kind.send(request(url)).exceptionOrNull()
            assertTrue(problem is NotSentException) { "$url: $problem" }
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `whatever breaks after the connection is made may have been carried out`(kind: Kind) {
        val breaks: List<RawServer.Connection.(Received) -> Unit> = listOf(
            { reset() },
            { },
            { send("no HTTP\r\n\r\n") },
            { send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"return_code\"") },
            { send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc") },
        )
        breaks.forEachIndexed { i, answer ->
            RawServer(answer = answer).use { server ->
                val problem = kind.send(request(server.url)).exceptionOrNull()
                assertTrue(problem is IOException && problem !is NotSentException) { "$i: $problem" }
                server.awaitRequest()
                Thread.sleep(10)
                assertEquals(0, server.waiting, "it was sent twice")
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `a reply that is not whole in time is given up and the connection closed`(kind: Kind) {
        val slow: List<RawServer.Connection.(Received) -> Unit> = listOf(
            { hang() },
            {
                send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
                hang()
            },
            {
                send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
                runCatching {
                    while (true) {
                        send(" ")
                        Thread.sleep(10)
                    }
                }
                hang()
            },
        )
        slow.forEachIndexed { i, answer ->
            RawServer(answer = answer).use { server ->
                val taken = measureTime {
                    val problem = runCatching {
                        runBlocking { leads(kind, server.url, timeout = 400.milliseconds).add(AddLead(empName = "e")) }
                    }.exceptionOrNull()
                    assertTrue(problem is QinceException.Uncertain) { "$problem" }
                }
                assertTrue(taken in 400.milliseconds..3.seconds) { "$taken" }
                server.awaitHangUp("of reply $i")
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `cancelling closes the connection`(kind: Kind) = runBlocking {
        RawServer { hang() }.use { server ->
            val job = launch(Dispatchers.IO) { leads(kind, server.url).remove(RemoveLead(code = "c")) }
            server.awaitRequest()
            job.cancelAndJoin()
            server.awaitHangUp("of a cancelled request")
        }
    }

    @Test
    fun `OkHttp's own time-outs do not cut the time that a reply may take`() {
        RawServer {
            Thread.sleep(250)
            reply(200, ok)
        }.use { server ->
            val impatient = OkHttpClient.Builder().readTimeout(50, TimeUnit.MILLISECONDS).build()
            val reply = runBlocking { OkHttpTransport(impatient).send(request(server.url), 10.seconds) }
            assertEquals(200, reply.status)
        }
    }

    @Test
    fun `a JDK client that is told to give up connecting was not sent`() {
        // An address that takes no connection and refuses none.
        val client = java.net.http.HttpClient.newBuilder().connectTimeout(JavaDuration.ofMillis(50)).build()
        ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")).use { full ->
            val fillers = List(3) { java.net.Socket().apply { runCatching { connect(full.localSocketAddress, 50) } } }
            val problem = runBlocking {
                runCatching { JdkTransport(client).send(request("http://127.0.0.1:${full.localPort}"), 2.seconds) }
            }.exceptionOrNull()
            fillers.forEach { it.close() }
            assertTrue(problem is NotSentException) { "$problem" }
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `failures over the network show no secret`(kind: Kind) {
        val breaks: List<RawServer.Connection.(Received) -> Unit> =
            listOf({ reset() }, { send("no HTTP\r\n\r\n") }, { reply(500, "<html>") }, { reply(200, "<html>") })
        val shown = breaks.map { answer ->
            RawServer(answer = answer).use { server ->
                val problem = runCatching {
                    runBlocking { leads(kind, server.url).add(AddLead(empName = "e")) }
                }.exceptionOrNull()!!
                val digest = server.awaitRequest().requestLine.split("/").dropLast(2).last()
                assertFalse(digest in shownBy(problem)) { shownBy(problem) }
                shownBy(problem)
            }
        } +
            shownBy(
                runCatching {
                    runBlocking { leads(kind, "http://127.0.0.1:${closedPort()}").add(AddLead(empName = "e")) }
                }.exceptionOrNull()!!,
            )
        for (text in shown) for (secret in listOf(OPENID, APP_KEY)) assertFalse(secret in text) { text }
    }

    @ParameterizedTest
    @EnumSource
    fun `many requests at once keep their replies apart`(kind: Kind) = runBlocking {
        RawServer { received ->
            val code = QueryLeads.fromJson(received.body.decodeToString()).code
            reply(200, """{"return_code":"0","response_data":"$code"}""")
        }.use { server ->
            val leads = leads(kind, server.url, Policy())
            val ids = List(60) { n -> async(Dispatchers.IO) { leads.remove(RemoveLead(code = "$n")).id } }.awaitAll()
            assertEquals(List(60) { "$it" }, ids)
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `what speaks no TLS is sent nothing`(kind: Kind) {
        RawServer { reply(200, ok) }.use { server ->
            val problem = kind.send(request(server.url.replace("http:", "https:")), timeout = 300.milliseconds).exceptionOrNull()
            assertTrue(problem is IOException) { "$problem" }
            // What came is the beginning of TLS, which says nothing of the request.
            val came = server.awaitRequest()
            assertFalse("salesleads" in came.head.joinToString() + came.body.decodeToString())
        }
    }
}
