package qince.leads

import java.io.IOException
import java.util.concurrent.Executors
import java.util.concurrent.TimeUnit
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlin.time.Duration
import kotlinx.coroutines.suspendCancellableCoroutine
import okhttp3.Call
import okhttp3.Callback
import okhttp3.Dispatcher
import okhttp3.Headers.Companion.toHeaders
import okhttp3.MediaType
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody
import okhttp3.RequestBody.Companion.toRequestBody
import okhttp3.Response
import okio.BufferedSink

/** Sends by OkHttp, with the connections, proxies and interceptors of the client that is given. */
public class OkHttpTransport(client: OkHttpClient = ownClient()) : Transport {
    // OkHttp likes to follow redirects and to send again by itself; whether to do that is the core's to say. And an attempt may
    // take as long as it is given, whatever part of it takes so long.
    private val client =
        client
            .newBuilder()
            .followRedirects(false)
            .followSslRedirects(false)
            .retryOnConnectionFailure(false)
            .connectTimeout(0, TimeUnit.MILLISECONDS)
            .writeTimeout(0, TimeUnit.MILLISECONDS)
            .readTimeout(0, TimeUnit.MILLISECONDS)
            .build()

    override suspend fun send(request: SignedRequest, timeout: Duration): RawReply {
        val sent = Request.Builder().url(request.url).headers(request.headers.toHeaders())
        val call = client.newCall(sent.method(request.method, Once(request.bodyBytes.toRequestBody())).build())
        call.timeout().timeout(timeout.inWholeMilliseconds, TimeUnit.MILLISECONDS)
        return sending { call.reply() }
    }
}

/**
 * A client whose threads let a program end, and which sends as many requests at once as OkHttp does to all hosts together:
 * there is but one host, and what waits in a queue would run out of time there.
 */
private fun ownClient(): OkHttpClient {
    val threads = Executors.newCachedThreadPool { work -> Thread(work, "qince-leads").apply { isDaemon = true } }
    val dispatcher = Dispatcher(threads).apply { maxRequestsPerHost = maxRequests }
    return OkHttpClient.Builder().dispatcher(dispatcher).build()
}

/** A body that is sent once, whatever the service answers. */
private class Once(private val body: RequestBody) : RequestBody() {
    override fun contentType(): MediaType? = null

    override fun contentLength(): Long = body.contentLength()

    override fun writeTo(sink: BufferedSink): Unit = body.writeTo(sink)

    override fun isOneShot(): Boolean = true
}

private suspend fun Call.reply(): RawReply = suspendCancellableCoroutine { waiting ->
    waiting.invokeOnCancellation { cancel() }
    enqueue(
        object : Callback {
            override fun onResponse(call: Call, response: Response) {
                val reply = runCatching { response.use { RawReply(it.code, it.body.bytes(), it.header("Retry-After")) } }
                waiting.resumeWith(reply)
            }

            override fun onFailure(call: Call, e: IOException) = waiting.resumeWithException(e)
        },
    )
}
