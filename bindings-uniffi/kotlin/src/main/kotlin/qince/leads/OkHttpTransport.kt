package qince.leads

import java.io.IOException
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlin.time.Duration
import kotlinx.coroutines.suspendCancellableCoroutine
import okhttp3.Call
import okhttp3.Callback
import okhttp3.Headers.Companion.toHeaders
import okhttp3.MediaType
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody
import okhttp3.RequestBody.Companion.toRequestBody
import okhttp3.Response
import okio.BufferedSink

/** Sends by OkHttp, with the connections, proxies and interceptors of the client that is given. */
public class OkHttpTransport(client: OkHttpClient = OkHttpClient()) : Transport {
    // OkHttp likes to follow redirects and to send again by itself; whether to do that is the core's to say.
    private val client =
        client.newBuilder().followRedirects(false).followSslRedirects(false).retryOnConnectionFailure(false).build()

    override suspend fun send(request: SignedRequest, timeout: Duration): RawReply {
        val sent = Request.Builder().url(request.url).headers(request.headers.toHeaders())
        val call = client.newCall(sent.method(request.method, Once(request.bodyBytes.toRequestBody())).build())
        call.timeout().timeout(timeout.inWholeMilliseconds, java.util.concurrent.TimeUnit.MILLISECONDS)
        return sending { call.reply() }
    }
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
