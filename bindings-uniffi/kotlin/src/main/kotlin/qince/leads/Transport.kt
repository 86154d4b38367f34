package qince.leads

import java.io.IOException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/**
 * What sends requests. [JdkTransport] and [OkHttpTransport] are ready to be used.
 *
 * To write one of your own, send [SignedRequest.bodyBytes] to [SignedRequest.url] by [SignedRequest.method] with
 * [SignedRequest.headers], all unchanged. Do not follow redirects, do not send a request twice, and stop reading at [MAX_BODY]. Throw
 * [NotSentException] where you know that no octet of the request left this host; whatever else you throw counts as a request that may
 * have arrived.
 */
public fun interface Transport {
    /**
     * Sends a request and waits for the whole reply. It is cancelled once [timeout] is over; it is told, so that it can give
     * up by itself, too.
     */
    public suspend fun send(request: SignedRequest, timeout: Duration): RawReply
}

/** Thrown by a transport that knows that no octet of the request left this host: no connection stood. */
public class NotSentException(message: String?, cause: Throwable? = null) : IOException(message, cause)

/**
 * A transport of this SDK. It keeps its times by itself, by the clock of the machine. Where it is cancelled and nothing left this host,
 * a [NotSentException] is among the suppressed exceptions of the CancellationException.
 */
public sealed class ShippedTransport : Transport {
    /** The library, as the `User-Agent` names it. */
    internal abstract val library: String

    internal abstract suspend fun send(request: SignedRequest, timeout: Duration, connectTimeout: Duration): RawReply

    final override suspend fun send(request: SignedRequest, timeout: Duration): RawReply = send(request, timeout, CONNECT_TIMEOUT)
}

internal val CONNECT_TIMEOUT: Duration = 10.seconds

/** How each shipped transport asks for a reply: the core unfolds it, and stops where it grows too long. */
internal const val ACCEPT_ENCODING: String = "Accept-Encoding"
internal const val GZIP: String = "gzip"

internal fun tooLong(): IOException = IOException("the reply is longer than $MAX_BODY bytes")
