package qince.leads

import java.net.ProxySelector
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublisher
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodySubscriber
import java.nio.ByteBuffer
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import java.util.concurrent.Flow
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.toJavaDuration
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * Sends by the JDK's own client, which Android does not have.
 *
 * @throws IllegalArgumentException where the client follows redirects: they would carry a request elsewhere.
 */
public class JdkTransport(private val client: HttpClient = HttpClient.newHttpClient()) : ShippedTransport() {
    init {
        require(client.followRedirects() == HttpClient.Redirect.NEVER) { "give a client that does not follow redirects" }
    }

    internal override val library: String get() = "jdk"

    internal override suspend fun send(request: SignedRequest, timeout: Duration, connectTimeout: Duration): RawReply {
        val departure = Departure {
            val proxies = client.proxy().orElseGet(ProxySelector::getDefault)
            proxies?.select(URI(request.url))?.firstOrNull()
        }
        return departure.within(timeout, connectTimeout) {
            val sent = HttpRequest.newBuilder(URI(request.url)).method(request.method, Announced(request.bodyBytes, departure))
            request.headers.forEach(sent::setHeader)
            sent.setHeader(ACCEPT_ENCODING, GZIP)
            // Up to Java 15, a request that is cancelled goes on until this is over.
            sent.timeout(timeout.coerceAtMost(LONGEST).toJavaDuration())
            val response = client.sendAsync(sent.build()) { Bounded() }.awaitOrAbort()
            if (departure.keep()) throw NotSentException("the proxy answered CONNECT with HTTP ${response.statusCode()}")
            RawReply(response.statusCode(), response.body(), response.headers().map())
        }
    }

    /** Tells the version of Java, whose client it is. */
    override fun toString(): String = "JdkTransport(Java ${Runtime.version()})"
}

/** The JDK's client counts in units that are too small for more. */
private val LONGEST = 365.days

/**
 * A body that notes that its request is about to leave: the JDK's client asks for its length when it writes the head, as soon as a
 * connection stands, and not before.
 */
private class Announced(body: ByteArray, private val departure: Departure) : BodyPublisher {
    private val body = BodyPublishers.ofByteArray(body)

    override fun contentLength(): Long {
        departure.leave()
        return body.contentLength()
    }

    override fun subscribe(subscriber: Flow.Subscriber<in ByteBuffer>): Unit = body.subscribe(subscriber)
}

/** Takes in a body up to [MAX_BODY]. It copies, for each part comes in a buffer that may be far larger. */
private class Bounded : BodySubscriber<ByteArray> {
    private val whole = CompletableFuture<ByteArray>()
    private val pieces = ArrayList<ByteArray>()
    private var size = 0
    private lateinit var subscription: Flow.Subscription

    override fun getBody(): CompletableFuture<ByteArray> = whole

    override fun onSubscribe(subscription: Flow.Subscription) {
        this.subscription = subscription
        subscription.request(1)
    }

    override fun onNext(parts: List<ByteBuffer>) {
        if (size + parts.sumOf { it.remaining().toLong() } > MAX_BODY) {
            subscription.cancel()
            pieces.clear()
            whole.completeExceptionally(tooLong())
            return
        }
        parts.forEach(::take)
        subscription.request(1)
    }

    private fun take(part: ByteBuffer) {
        while (part.hasRemaining()) {
            val at = size % PIECE
            if (at == 0) pieces += ByteArray(PIECE)
            val taken = minOf(PIECE - at, part.remaining())
            part.get(pieces.last(), at, taken)
            size += taken
        }
    }

    override fun onError(error: Throwable) {
        whole.completeExceptionally(error)
    }

    override fun onComplete() {
        val bytes = ByteArray(size)
        pieces.forEachIndexed { i, piece -> piece.copyInto(bytes, i * PIECE, 0, minOf(PIECE, size - i * PIECE)) }
        whole.complete(bytes)
    }

    private companion object {
        const val PIECE = 16 * 1024
    }
}

/** Waits for it. The JDK's client closes the connection of a request only where it may interrupt, which `await` does not ask for. */
private suspend fun <T> CompletableFuture<T>.awaitOrAbort(): T = suspendCancellableCoroutine { waiting ->
    waiting.invokeOnCancellation { cancel(true) }
    whenComplete { value, error ->
        if (error == null) {
            waiting.resume(value)
        } else {
            waiting.resumeWithException((error as? CompletionException)?.cause ?: error)
        }
    }
}
