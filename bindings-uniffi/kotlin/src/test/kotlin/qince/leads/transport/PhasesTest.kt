package qince.leads.transport

import java.io.IOException
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.Proxy
import java.net.ProxySelector
import java.net.ServerSocket
import java.net.Socket
import java.net.SocketAddress
import java.net.URI
import java.net.http.HttpClient
import java.util.concurrent.Executors
import java.util.concurrent.Semaphore
import java.util.concurrent.TimeUnit
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.runTest
import kotlinx.coroutines.withTimeoutOrNull
import okhttp3.ConnectionPool
import okhttp3.Dispatcher
import okhttp3.Interceptor
import okhttp3.OkHttpClient
import okhttp3.Protocol
import okhttp3.Request
import okhttp3.RequestBody.Companion.toRequestBody
import okhttp3.Response
import okhttp3.ResponseBody.Companion.toResponseBody
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.EnumSource
import qince.leads.AddLead
import qince.leads.JdkTransport
import qince.leads.MAX_BODY
import qince.leads.NotSentException
import qince.leads.OkHttpTransport
import qince.leads.Policy
import qince.leads.QinceException
import qince.leads.QinceLeads
import qince.leads.QueryLeads
import qince.leads.RemoveLead
import qince.leads.SignedRequest
import qince.leads.Stamp
import qince.leads.Transport
import qince.leads.behaviour.OK
import qince.leads.behaviour.ONCE
import qince.leads.behaviour.account
import qince.leads.behaviour.gzip

/** What left this host, and what did not, in each phase of a request. */
class PhasesTest {
    enum class Kind(val make: (proxy: Int?) -> Transport) {
        OKHTTP({ proxy ->
            val client = OkHttpClient.Builder()
            proxy?.let { client.proxy(Proxy(Proxy.Type.HTTP, InetSocketAddress("127.0.0.1", it))) }
            OkHttpTransport(client.build())
        }),
        JDK({ proxy ->
            val client = HttpClient.newBuilder()
            proxy?.let { client.proxy(ProxySelector.of(InetSocketAddress("127.0.0.1", it))) }
            JdkTransport(client.build())
        }),
    }

    private val ok = OK.body
    private val lead = AddLead(empName = "负责人")

    private fun request(url: String): SignedRequest = account(url).sign(lead, Stamp(1_617_206_400_000, "m1"))

    private fun Kind.leads(
        url: String,
        timeout: Duration = 10.seconds,
        connectTimeout: Duration = 10.seconds,
        proxy: Int? = null,
    ) = QinceLeads(account(url), make(proxy), timeout, ONCE, connectTimeout = connectTimeout)

    private fun problemOf(call: suspend () -> Any?): Throwable? = runBlocking { runCatching { call() } }.exceptionOrNull()

    private fun assertNotSent(problem: Throwable?) {
        val failure = (problem as? QinceException.Transport)?.failure
        assertEquals(qince.leads.Failure.NOT_SENT, failure) { problem?.stackTraceToString() }
    }

    @ParameterizedTest
    @EnumSource
    fun `an add to an address that answers no attempt to connect was not sent`(kind: Kind) = withoutRoom { url ->
        val taken = measureTime {
            assertNotSent(problemOf { kind.leads(url, connectTimeout = 150.milliseconds).add(lead) })
            assertNotSent(problemOf { kind.leads(url, timeout = 150.milliseconds).add(lead) })
        }
        assertTrue(taken in 250.milliseconds..3.seconds) { "$taken" }
    }

    @Test
    fun `the time that a user's OkHttp has for connecting is heeded`() = withoutRoom { url ->
        val client = OkHttpClient.Builder().connectTimeout(100, TimeUnit.MILLISECONDS).build()
        val taken =
            measureTime {
                assertNotSent(problemOf { QinceLeads(account(url), OkHttpTransport(client), policy = ONCE).add(lead) })
            }
        assertTrue(taken < 3.seconds) { "$taken" }
    }

    @ParameterizedTest
    @EnumSource
    fun `a certificate that nobody vouches for ends an add before it is sent`(kind: Kind) {
        RawServer(SelfSigned.server) { reply(200, ok) }.use { server ->
            assertNotSent(problemOf { kind.leads(server.url).add(lead) })
            assertEquals(0, server.waiting)
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `a proxy that does not connect is named and nothing was sent`(kind: Kind) {
        val answers: List<
            RawServer.Connection.(
                Received,
            ) -> Unit,
            > = listOf(403, 407, 502).map { status -> { reply(status, "no") } }
        for (answer in answers + listOf({ reset() }, { })) {
            RawServer(answer = answer).use { proxy ->
                val problem = problemOf { kind.leads("https://leads.example", proxy = proxy.port).add(lead) }
                assertNotSent(problem)
                assertTrue("127.0.0.1:${proxy.port}" in problem!!.stackTraceToString()) { problem.stackTraceToString() }
                assertTrue(proxy.awaitRequest().requestLine.startsWith("CONNECT "))
            }
        }
    }

    @Test
    fun `a choice of proxies that fails ends an add before it is sent`() {
        val failing = object : ProxySelector() {
            override fun select(uri: URI): List<Proxy> = error("no proxies for $uri")

            override fun connectFailed(uri: URI, address: SocketAddress, problem: IOException) = Unit
        }
        val transports = listOf(
            // OkHttp tells its thread, too, of what is no IOException.
            OkHttpTransport(OkHttpClient.Builder().proxySelector(failing).dispatcher(quiet()).build()),
            JdkTransport(HttpClient.newBuilder().proxy(failing).build()),
        )
        for (transport in transports) assertNotSent(problemOf { QinceLeads(account(), transport, policy = ONCE).add(lead) })
    }

    private fun quiet() = Dispatcher(
        Executors.newCachedThreadPool { work ->
            Thread(work).apply { setUncaughtExceptionHandler { _, _ -> } }
        },
    )

    @ParameterizedTest
    @EnumSource
    fun `a kept connection that was closed while idle is not used`(kind: Kind) = runBlocking {
        RawServer {
            keep(ok)
            isKept = false
        }.use { server ->
            val leads = kind.leads(server.url)
            repeat(4) {
                assertEquals("7", leads.add(lead).id)
                delay(60.milliseconds)
            }
        }
    }

    @Test
    fun `a kept connection on which the server said something of its own is not used`() = runBlocking {
        val said = Semaphore(0)
        RawServer {
            keep(ok)
            Thread.sleep(20)
            send("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            said.release()
            hang()
        }.use { server ->
            val leads = Kind.OKHTTP.leads(server.url)
            repeat(3) {
                assertEquals("7", leads.add(lead).id)
                said.acquire()
                delay(60.milliseconds)
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `an add that was read whole on a kept connection is not sent again by the transport`(kind: Kind) = runBlocking {
        var come = 0
        RawServer { if (++come == 1) keep(ok) }.use { server ->
            val leads = kind.leads(server.url)
            leads.remove(RemoveLead(code = "c"))
            assertTrue(problemOf { leads.add(lead) } is QinceException.Uncertain)
            delay(50.milliseconds)
            assertEquals(2, come)
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `connections are kept from one request to the next`(kind: Kind) = runBlocking {
        val connections = HashSet<RawServer.Connection>()
        RawServer {
            connections += this
            keep(ok)
        }.use { server ->
            val leads = kind.leads(server.url)
            repeat(5) {
                leads.add(lead)
                delay(30.milliseconds)
            }
            assertEquals(1, connections.size)
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `a reply is taken as it came with its headers and folded`(kind: Kind) = runBlocking {
        val folded = gzip(ok)
        RawServer { reply(200, folded, "Content-Encoding: gzip", "X-Trace: t1", "Retry-After: 3") }.use { server ->
            val reply = kind.make(null).send(request(server.url), 10.seconds)
            assertTrue(folded.contentEquals(reply.body))
            assertEquals(listOf("t1", "3"), listOf(reply.header("x-trace"), reply.retryAfter))
            assertEquals("gzip", server.awaitRequest().header("Accept-Encoding"))
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `a cookie is not sent back`(kind: Kind) = runBlocking {
        RawServer { reply(200, ok, "Set-Cookie: a=b") }.use { server ->
            val leads = kind.leads(server.url)
            repeat(2) { leads.add(lead) }
            repeat(2) { assertEquals(null, server.awaitRequest().header("Cookie")) }
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `a body without end is given up at the bound`(kind: Kind) {
        RawServer {
            send("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
            val part = ByteArray(1 shl 20) { ' '.code.toByte() }
            while (true) send(part)
        }.use { server ->
            val problem = problemOf { kind.leads(server.url, timeout = 60.seconds).add(lead) }
            assertTrue(problem is QinceException.Uncertain) { "$problem" }
            assertTrue("$MAX_BODY" in problem!!.stackTraceToString()) { problem.stackTraceToString() }
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `a cancelled add that had no connection yet leaves no doubt`(kind: Kind) = withoutRoom { url ->
        runBlocking {
            var thrown: Throwable? = null
            val leads = kind.leads(url)
            val job = launch(Dispatchers.Default) { thrown = runCatching { leads.add(lead) }.exceptionOrNull() }
            delay(150.milliseconds)
            job.cancelAndJoin()
            assertTrue(thrown is CancellationException && thrown!!.suppressed.isEmpty()) { thrown?.stackTraceToString() }
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `a transport that is cancelled ends in the cancellation wherever its request was`(kind: Kind) {
        suspend fun cancelled(url: String): Throwable? {
            var thrown: Throwable? = null
            val result = withTimeoutOrNull(150.milliseconds) {
                runCatching { kind.make(null).send(request(url), 10.seconds) }.onFailure { thrown = it }.getOrThrow()
            }
            assertNull(result)
            assertTrue(thrown is CancellationException) { thrown?.stackTraceToString() }
            return thrown!!.suppressed.singleOrNull()
        }
        withoutRoom { url ->
            val said = runBlocking { cancelled(url) }
            assertTrue(said is NotSentException && said.message == "cancelled before a connection stood") { "$said" }
        }
        RawServer { hang() }.use { server -> assertNull(runBlocking { cancelled(server.url) }, "it may have arrived") }
    }

    @ParameterizedTest
    @EnumSource
    fun `a transport around one of these leaves no doubt either of what had no connection yet`(kind: Kind) = withoutRoom { url ->
        val shipped = kind.make(null)
        val around = Transport { request, timeout -> shipped.send(request, timeout) }
        assertNotSent(problemOf { QinceLeads(account(url), around, 150.milliseconds, ONCE).add(lead) })
        runBlocking {
            var thrown: Throwable? = null
            withTimeoutOrNull(150.milliseconds) {
                thrown = runCatching { QinceLeads(account(url), around).add(lead) }.exceptionOrNull()
            }
            assertTrue(thrown is CancellationException && thrown!!.suppressed.isEmpty()) { thrown?.stackTraceToString() }
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `an attempt may take any time`(kind: Kind) = runBlocking {
        RawServer { reply(200, ok) }.use { server ->
            val leads = kind.leads(server.url, timeout = Duration.INFINITE, connectTimeout = Duration.INFINITE)
            assertEquals("7", leads.add(lead).id)
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `a test in virtual time waits for a server and not for delays`(kind: Kind) = runTest {
        var come = 0
        RawServer {
            Thread.sleep(100)
            if (++come == 1) reply(429, "", "Retry-After: 20") else reply(200, ok)
        }.use { server ->
            val leads = QinceLeads(account(server.url), kind.make(null))
            assertTrue(measureTime { assertEquals("7", leads.add(lead).id) } < 5.seconds)
        }
    }

    @ParameterizedTest
    @EnumSource
    fun `what waits for its turn has all of its time`(kind: Kind) = runBlocking {
        RawServer {
            Thread.sleep(50)
            reply(200, ok)
        }.use { server ->
            val leads = kind.leads(server.url, timeout = 400.milliseconds)
            assertEquals(List(150) { "7" }, List(150) { async(Dispatchers.Default) { leads.add(lead).id } }.awaitAll())
        }
    }

    @Test
    fun `an interceptor that tries again does not send a second time`() {
        val again = Interceptor { chain ->
            runCatching { chain.proceed(chain.request()) }.getOrElse { chain.proceed(chain.request()) }
        }
        RawServer { }.use { server ->
            val leads =
                QinceLeads(
                    account(server.url),
                    OkHttpTransport(OkHttpClient.Builder().addInterceptor(again).build()),
                    policy = ONCE,
                )
            assertTrue(problemOf { leads.add(lead) } is QinceException.Uncertain)
            server.awaitRequest()
            Thread.sleep(30)
            assertEquals(0, server.waiting)
        }
    }

    @Test
    fun `an interceptor that sends by other ways may have sent`() {
        val elsewhere = Interceptor { throw IOException("sent by another client, and lost") }
        val leads =
            QinceLeads(account(), OkHttpTransport(OkHttpClient.Builder().addInterceptor(elsewhere).build()), policy = ONCE)
        assertTrue(problemOf { leads.add(lead) } is QinceException.Uncertain)
    }

    @Test
    fun `an interceptor that goes over to another host once the first one fails may have sent`() {
        val refusing = "http://127.0.0.1:${ServerSocket(0).use { it.localPort }}"
        RawServer { }.use { other ->
            val failover = Interceptor { chain ->
                try {
                    chain.proceed(chain.request())
                } catch (_: IOException) {
                    OkHttpClient().newCall(Request.Builder().url(other.url).post("{}".toRequestBody()).build()).execute()
                }
            }
            val transport = OkHttpTransport(OkHttpClient.Builder().addInterceptor(failover).build())
            fun assertDoubt(url: String) {
                val leads = QinceLeads(account(url), transport, policy = ONCE, connectTimeout = 150.milliseconds)
                val problem = problemOf { leads.add(lead) }
                assertTrue(problem is QinceException.Uncertain) { problem?.stackTraceToString() }
                other.awaitRequest()
            }
            assertDoubt(refusing)
            assertTrue(measureTime { withoutRoom(::assertDoubt) } < 3.seconds)
        }
    }

    @Test
    fun `a network interceptor takes no certainty away`() {
        val refusing = "http://127.0.0.1:${ServerSocket(0).use { it.localPort }}"
        val client = OkHttpClient.Builder().addNetworkInterceptor { it.proceed(it.request()) }.build()
        assertNotSent(problemOf { QinceLeads(account(refusing), OkHttpTransport(client), policy = ONCE).add(lead) })
    }

    @Test
    fun `an interceptor may answer by itself`() {
        val fake = Interceptor { chain ->
            val response = Response.Builder().request(chain.request()).protocol(Protocol.HTTP_1_1).code(200).message("OK")
            response.body(ok.toResponseBody()).build()
        }
        val leads = QinceLeads(account(), OkHttpTransport(OkHttpClient.Builder().addInterceptor(fake).build()))
        assertEquals("7", runBlocking { leads.add(lead).id })
    }

    @Test
    fun `connections of a user's OkHttp are shared`() = runBlocking {
        val pool = ConnectionPool()
        RawServer { keep(ok) }.use { server ->
            QinceLeads(account(server.url), OkHttpTransport(OkHttpClient.Builder().connectionPool(pool).build())).add(lead)
            assertEquals(1, pool.connectionCount())
            pool.evictAll()
        }
    }

    @Test
    fun `clients that are given no transport share one`() = runBlocking {
        val connections = HashSet<RawServer.Connection>()
        RawServer {
            connections += this
            keep(ok)
        }.use { server ->
            repeat(5) {
                QinceLeads(account(server.url)).add(lead)
                delay(30.milliseconds)
            }
            assertEquals(1, connections.size)
        }
    }

    @Test
    fun `a JDK client that follows redirects is refused`() {
        for (redirect in listOf(HttpClient.Redirect.NORMAL, HttpClient.Redirect.ALWAYS)) {
            val client = HttpClient.newBuilder().followRedirects(redirect).build()
            assertThrows<IllegalArgumentException> { JdkTransport(client) }
        }
    }

    @Test
    fun `a transport says what it is`() {
        assertTrue(Regex("""OkHttpTransport\(OkHttp 5\.\d+\.\d+\)""").matches("${OkHttpTransport()}"))
        assertTrue("${JdkTransport()}".startsWith("JdkTransport(Java "))
        assertTrue("OkHttpTransport(" in "${QinceLeads(account())}")
    }

    /** An address of this machine that takes no connection and refuses none. */
    private fun withoutRoom(test: (url: String) -> Unit) {
        ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")).use { full ->
            val fillers = List(3) { Socket().apply { runCatching { connect(full.localSocketAddress, 50) } } }
            test("http://127.0.0.1:${full.localPort}")
            fillers.forEach { it.close() }
        }
    }
}
