package qince.leads

import java.io.IOException
import java.net.ConnectException
import java.net.NoRouteToHostException
import java.net.UnknownHostException
import kotlin.time.Duration

/**
 * What sends requests. [JdkTransport] and [OkHttpTransport] are ready to be used.
 *
 * To write one of your own, send [SignedRequest.bodyBytes] to [SignedRequest.url] by [SignedRequest.method] with
 * [SignedRequest.headers], all unchanged. Do not follow redirects, and do not send a request twice. Throw [NotSentException] where you
 * know that nothing left this host; whatever else you throw counts as a request that may have arrived.
 */
public fun interface Transport {
    /**
     * Sends a request and waits for the whole reply. It is cancelled once [timeout] is over; it is told, so that it can give
     * up by itself, too.
     */
    public suspend fun send(request: SignedRequest, timeout: Duration): RawReply
}

/** Thrown by a transport that knows that nothing left this host: no connection was made. */
public class NotSentException(message: String?, cause: Throwable? = null) : IOException(message, cause)

/** Sends, and says so where the platform says that no connection was made. */
internal inline fun <T> sending(send: () -> T): T = try {
    send()
} catch (error: IOException) {
    val isUnconnected = error is ConnectException || error is NoRouteToHostException || error is UnknownHostException
    throw if (isUnconnected) NotSentException(error.message, error) else error
}
