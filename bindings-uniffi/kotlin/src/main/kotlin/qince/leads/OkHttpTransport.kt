package qince.leads

import java.io.IOException
import java.net.Socket
import java.net.SocketTimeoutException
import java.net.URI
import java.util.Collections
import java.util.WeakHashMap
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlin.coroutines.resumeWithException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.suspendCancellableCoroutine
import okhttp3.Call
import okhttp3.Callback
import okhttp3.Connection
import okhttp3.CookieJar
import okhttp3.Dispatcher
import okhttp3.Interceptor
import okhttp3.MediaType
import okhttp3.OkHttpClient
import okhttp3.Protocol
import okhttp3.Request
import okhttp3.RequestBody
import okhttp3.Response
import okio.BufferedSink

/**
 * Sends by OkHttp, with the connections, threads, proxies and interceptors of the client that is given, whose `connectTimeout` is
 * heeded. How many requests run at once, and how long they may take, is for [QinceLeads] to say.
 */
public class OkHttpTransport(client: OkHttpClient = ownClient()) : ShippedTransport() {
    // OkHttp likes to follow redirects and to send again by itself; whether to do that is the core's to say. And what waited in a queue
    // of OkHttp's own would run out of time there.
    private val client =
        client
            .newBuilder()
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(false)
            .cookieJar(CookieJar.NO_COOKIES)
            .writeTimeout(0, TimeUnit.MILLISECONDS)
            .readTimeout(0, TimeUnit.MILLISECONDS)
            .dispatcher(unlimited(client.dispatcher))
            .addInterceptor(Entry)
            .addNetworkInterceptor(Exit)
            .build()

    // Interceptors that the user gave may send requests by ways of their own.
    private val isWatched = client.interceptors.isEmpty()

    internal override val library: String get() = "okhttp"

    internal override suspend fun send(request: SignedRequest, timeout: Duration, connectTimeout: Duration): RawReply {
        val departure = Departure(isWatched) {
            client.proxy ?: client.proxySelector.select(URI(request.url)).firstOrNull()
        }
        return departure.within(timeout, connectTimeout) {
            val sent = Request.Builder().url(request.url).method(request.method, Once(request.bodyBytes))
            request.headers.forEach { (name, value) -> sent.header(name, value) }
            // OkHttp does not unfold what it was asked for by hand.
            sent.header(ACCEPT_ENCODING, GZIP)
            client.newCall(sent.tag(Departure::class.java, departure).build()).reply()
        }
    }

    /** Tells which OkHttp it is. */
    override fun toString(): String = "OkHttpTransport($okHttp)"
}

/** A client whose threads let a program end. */
private fun ownClient(): OkHttpClient {
    val threads = Executors.newCachedThreadPool { work -> Thread(work, "qince-leads").apply { isDaemon = true } }
    return OkHttpClient.Builder().dispatcher(Dispatcher(threads)).connectTimeout(0, TimeUnit.MILLISECONDS).build()
}

private fun unlimited(dispatcher: Dispatcher) = Dispatcher(dispatcher.executorService).apply {
    maxRequests = Int.MAX_VALUE
    maxRequestsPerHost = Int.MAX_VALUE
}

/** OkHttp by its own name, which is not there in every version. */
private val okHttp by lazy {
    runCatching { Class.forName("okhttp3.OkHttp").getField("VERSION").get(null) }.fold({ "OkHttp $it" }, { "OkHttp" })
}

/** A body that is sent once, whatever the service answers. */
private class Once(private val body: ByteArray) : RequestBody() {
    override fun contentType(): MediaType? = null

    override fun contentLength(): Long = body.size.toLong()

    override fun writeTo(sink: BufferedSink) {
        sink.write(body)
    }

    override fun isOneShot(): Boolean = true
}

/** Where a request enters what is OkHttp's own, behind the interceptors of the user. */
private object Entry : Interceptor {
    override fun intercept(chain: Interceptor.Chain): Response {
        while (true) {
            try {
                return chain.proceed(chain.request())
            } catch (_: StaleConnection) {
                // Another connection is taken: each is found stale once.
            }
        }
    }
}

/** Where a request goes out, on a connection that stands. */
private object Exit : Interceptor {
    override fun intercept(chain: Interceptor.Chain): Response {
        val connection = checkNotNull(chain.connection()) { "a request without a connection" }
        if (isStale(connection)) {
            connection.socket().close()
            throw StaleConnection()
        }
        // That of the call, whatever interceptors have made of its request.
        checkNotNull(chain.call().request().tag(Departure::class.java)).leave()
        try {
            return chain.proceed(chain.request())
        } finally {
            LAST_USES[connection] = System.nanoTime()
        }
    }
}

/** The server has closed a kept connection, or said something of its own on it. */
private class StaleConnection : IOException("a kept connection was closed")

private val LAST_USES: MutableMap<Connection, Long> = Collections.synchronizedMap(WeakHashMap())

/** What was in use so lately is not looked at: a look takes a millisecond where nothing is wrong. */
private val LATELY = 20.milliseconds

/** OkHttp looks by itself only at connections that were idle for ten seconds; servers close them after as little as one. */
private fun isStale(connection: Connection): Boolean {
    val lastUse = LAST_USES[connection] ?: return false
    if (System.nanoTime() - lastUse < LATELY.inWholeNanoseconds) return false
    // One of HTTP/2 is read all the time.
    if (connection.protocol() == Protocol.HTTP_2 || connection.protocol() == Protocol.H2_PRIOR_KNOWLEDGE) return false
    return connection.socket().isStale()
}

private fun Socket.isStale(): Boolean = try {
    val before = soTimeout
    soTimeout = 1
    try {
        getInputStream().read()
        // It is at its end, or the server said something that nobody asked for.
        true
    } finally {
        soTimeout = before
    }
} catch (_: SocketTimeoutException) {
    false
} catch (_: IOException) {
    true
}

private suspend fun Call.reply(): RawReply = suspendCancellableCoroutine { waiting ->
    waiting.invokeOnCancellation { cancel() }
    enqueue(
        object : Callback {
            override fun onResponse(call: Call, response: Response) =
                waiting.resumeWith(runCatching { response.use { it.whole(call) } })

            override fun onFailure(call: Call, e: IOException) = waiting.resumeWithException(e)
        },
    )
}

private fun Response.whole(call: Call): RawReply {
    val source = body.source()
    if (source.request(MAX_BODY + 1L)) {
        // Closing would read on.
        call.cancel()
        throw tooLong()
    }
    return RawReply(code, source.readByteArray(), headers.toMultimap())
}
