package qince.leads.faults

import java.net.Authenticator
import java.net.InetSocketAddress
import java.net.PasswordAuthentication
import java.net.Proxy
import java.net.ProxySelector
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.nio.file.Files
import java.nio.file.Path
import java.security.KeyStore
import java.security.cert.CertificateFactory
import java.util.Base64
import java.util.concurrent.CopyOnWriteArrayList
import javax.net.ssl.SSLContext
import javax.net.ssl.TrustManagerFactory
import javax.net.ssl.X509TrustManager
import kotlin.system.exitProcess
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.sync.withPermit
import okhttp3.OkHttpClient
import qince.leads.Account
import qince.leads.AddLead
import qince.leads.Attempt
import qince.leads.JdkTransport
import qince.leads.OkHttpTransport
import qince.leads.Policy
import qince.leads.QinceException
import qince.leads.QinceLeads
import qince.leads.QueryLeads
import qince.leads.Transport
import qince.leads.behaviour.OK
import qince.leads.text.Bool
import qince.leads.text.Items
import qince.leads.text.Members
import qince.leads.text.Number
import qince.leads.text.Text
import qince.leads.text.members
import qince.leads.text.readJson
import qince.leads.text.writeJson
import qince.leads.transport.RawServer
import qince.leads.transport.SelfSigned

/** Drives both transports through the faults of `tests/faults`: `[NAME] [bounds | chaos N]`, its address in `QINCE_FAULTS`. */
fun main(arguments: Array<String>) {
    // The JDK's client sends no password to a proxy unless told that it may.
    System.setProperty("jdk.http.auth.tunneling.disabledSchemes", "")
    val chosen = Shipped.entries.filter { it.id in arguments }.ifEmpty { Shipped.entries }
    val words = arguments.toList() - Shipped.entries.map { it.id }.toSet()
    val failed = chosen.flatMap { transport ->
        val judgement = runBlocking {
            when (words.firstOrNull()) {
                null -> table(transport)
                "bounds" -> bounds(transport)
                "chaos" -> chaos(transport, words[1].toInt())
                else -> error("usage: [NAME] [bounds | chaos N]")
            }
        }
        judgement.items("failed").map { "${transport.id}: ${(it as Text).value}" }
    }
    failed.forEach(::println)
    exitProcess(if (failed.isEmpty()) 0 else 1)
}

/** Each case, some of them at once. */
private suspend fun table(transport: Shipped): Members {
    warmUp(transport)
    val run = Run.begin("transport" to transport.id)
    val slots = Semaphore(AT_ONCE)
    val reports = coroutineScope {
        run.cases.map { async(Dispatchers.Default) { slots.withPermit { report(run, it, transport) } } }.awaitAll()
    }
    return run.end("cases" to reports)
}

private const val AT_ONCE = 16

/** A machine that has just begun to load classes is slow: the times of the cases are for one that has them. */
private suspend fun warmUp(transport: Shipped) {
    RawServer(SelfSigned.server) { reply(200, OK.body) }.use { server ->
        val made = transport.make(Route(null, SelfSigned.pem))
        val client = QinceLeads(Account("openid", "app key", server.url), made, logger = null)
        repeat(20) { client.add(AddLead(empName = "负责人")) }
    }
}

/** One case after the other, for the memory that they take. */
private suspend fun bounds(transport: Shipped): Members {
    val run = Run.begin("transport" to transport.id, "kind" to "bounds")
    return run.end("cases" to run.cases.map { report(run, it, transport) }, "peak_mib" to peakMib())
}

/** Many adds by one client. */
private suspend fun chaos(transport: Shipped, adds: Int): Members {
    warmUp(transport)
    val run = Run.begin("transport" to transport.id, "kind" to "chaos", "adds" to adds)
    val client = QinceLeads(
        run.account(run.told.text("base_url")),
        transport.make(Route(null, null)),
        timeout = run.timeout,
        connectTimeout = run.connectTimeout,
        policy = Policy(maxAttempts = 4, baseDelayMs = 20, maxDelayMs = 200),
        logger = null,
    )
    val ends = coroutineScope {
        run.told.items("leads").map { async(Dispatchers.Default) { end { client.add(lead(it as Members)) } } }.awaitAll()
    }
    return run.end("ends" to ends.map { listOf(it.end, it.failure) })
}

private suspend fun report(run: Run, case: Members, transport: Shipped): Members {
    val attempts = CopyOnWriteArrayList<Attempt>()
    val route = Route(case.textOrNull("proxy")?.let(::URI), run.told.text("ca_pem").takeIf { case.flag("trust") })
    val client = QinceLeads(
        run.account(case.text("base_url")),
        transport.make(route),
        timeout = run.timeout,
        connectTimeout = run.connectTimeout,
        policy = Policy(maxAttempts = 3, baseDelayMs = 20, maxDelayMs = 50),
        onAttempt = attempts::add,
        logger = null,
    )
    if (case.flag("warm_up")) {
        client.query(QueryLeads(code = "warm-up")).toList()
        delay(case.number("pause_ms").milliseconds)
    }
    val end = end { client.add(lead(case["lead"] as Members)) }
    return members(
        "id" to case.text("id"),
        "adds" to attempts.filter { it.operation == "add" }.map { it.outcome },
        "end" to end.end,
        "failure" to end.failure,
        "message" to end.shown,
    )
}

/** What a call came to. */
private class End(val end: String, val failure: String? = null, val shown: String? = null)

private suspend fun end(call: suspend () -> Unit): End = try {
    call()
    End("ok")
} catch (error: QinceException) {
    End(error.code, (error as? QinceException.Transport)?.failure?.name?.lowercase(), error.stackTraceToString())
}

private fun lead(told: Members) =
    AddLead(cusName = told.text("cus_name"), empName = told.text("emp_name"), code = told.textOrNull("code"))

/** How a transport is to reach the service: by way of a proxy, trusting an authority. */
private class Route(val proxy: URI?, val authority: String?) {
    val proxyAddress get() = proxy?.let { InetSocketAddress(it.host, it.port) }
    val user get() = proxy?.userInfo?.substringBefore(':')
    val password get() = proxy?.userInfo?.substringAfter(':')

    val trust: X509TrustManager? by lazy {
        authority?.let { pem ->
            val certificate = CertificateFactory.getInstance("X.509").generateCertificate(pem.byteInputStream())
            val store = KeyStore.getInstance(KeyStore.getDefaultType()).apply {
                load(null)
                setCertificateEntry("authority", certificate)
            }
            val factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm()).apply { init(store) }
            factory.trustManagers.filterIsInstance<X509TrustManager>().single()
        }
    }

    val tls: SSLContext? get() = trust?.let { SSLContext.getInstance("TLS").apply { init(null, arrayOf(it), null) } }
}

/** The transports of this SDK. */
private enum class Shipped(val id: String, val make: (Route) -> Transport) {
    OKHTTP("kotlin-okhttp", ::okHttp),
    JDK("kotlin-jdk", ::jdk),
}

private fun okHttp(route: Route): Transport {
    if (route.proxy == null && route.authority == null) return OkHttpTransport()
    val client = OkHttpClient.Builder()
    route.proxyAddress?.let { client.proxy(Proxy(Proxy.Type.HTTP, it)) }
    route.user?.let { user ->
        val credentials = "Basic " + Base64.getEncoder().encodeToString("$user:${route.password}".toByteArray())
        client.proxyAuthenticator { _, response ->
            val isFirst = response.request.header("Proxy-Authorization") == null
            if (isFirst) response.request.newBuilder().header("Proxy-Authorization", credentials).build() else null
        }
    }
    route.tls?.let { client.sslSocketFactory(it.socketFactory, route.trust!!) }
    return OkHttpTransport(client.build())
}

private fun jdk(route: Route): Transport {
    val client = HttpClient.newBuilder()
    route.proxyAddress?.let { client.proxy(ProxySelector.of(it)) }
    route.user?.let { user ->
        client.authenticator(object : Authenticator() {
            override fun getPasswordAuthentication() = PasswordAuthentication(user, route.password!!.toCharArray())
        })
    }
    route.tls?.let(client::sslContext)
    return JdkTransport(client.build())
}

/** A run, as the control server tells it. */
private class Run(val told: Members) {
    val cases = told.itemsOrNone("cases").map { it as Members }
    val timeout = told.number("timeout_ms").milliseconds
    val connectTimeout = told.number("connect_timeout_ms").milliseconds

    fun account(baseUrl: String) = Account(told.text("openid"), told.text("app_key"), baseUrl)

    fun end(vararg report: Pair<String, Any?>): Members = post("runs/${told.number("run")}", members(*report))

    companion object {
        private val control = System.getenv("QINCE_FAULTS") ?: error("QINCE_FAULTS is not set; start `cargo run -p qince-faults`")
        private val http = HttpClient.newHttpClient()

        fun begin(vararg wanted: Pair<String, Any?>) = Run(post("runs", members(*wanted)))

        private fun post(path: String, body: Members): Members {
            val request = HttpRequest.newBuilder(URI("$control/$path")).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(writeJson(body)))
            val answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString())
            check(answer.statusCode() == 200) { "$path: HTTP ${answer.statusCode()} ${answer.body()}" }
            return readJson(answer.body()) as Members
        }
    }
}

/** The most memory that this process ever had. */
private fun peakMib(): Int {
    val line = Files.readAllLines(Path.of("/proc/self/status")).first { it.startsWith("VmHWM:") }
    return line.filter(Char::isDigit).toInt() / 1024
}

private fun Members.text(name: String) = (get(name) as Text).value

private fun Members.textOrNull(name: String) = (get(name) as? Text)?.value

private fun Members.number(name: String) = (get(name) as Number).text.toInt()

private fun Members.flag(name: String) = (get(name) as Bool).value

private fun Members.items(name: String) = (get(name) as Items).elements

private fun Members.itemsOrNone(name: String) = (get(name) as? Items)?.elements.orEmpty()
