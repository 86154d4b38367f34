package qince.leads

import java.io.IOException
import java.net.InetSocketAddress
import java.net.Proxy
import java.util.concurrent.TimeoutException
import java.util.concurrent.atomic.AtomicReference
import kotlin.time.Duration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout

/**
 * Whether a request has begun to leave this host. That is settled once, by whoever comes first: the HTTP library that is about to
 * write its head, or the host that gives it up.
 *
 * [proxy] says which proxy, if any, stands between, for the text of what failed. [isWatched] is false where others, such as the
 * interceptors of a user's client, might send it by other ways, be it after it was given up.
 */
internal class Departure(private val isWatched: Boolean = true, private val proxy: () -> Proxy?) {
    private enum class State { HERE, LEFT, KEPT }

    private val state = AtomicReference(State.HERE)

    /** Called just before the first octet of the head is written. It throws where that must not be. */
    fun leave() {
        if (state.compareAndSet(State.HERE, State.LEFT)) return
        throw IOException(if (state.get() == State.LEFT) "a request is sent once, whatever came of it" else "given up")
    }

    /** Keeps the request here for good. False where it has left. */
    fun keep(): Boolean = state.compareAndSet(State.HERE, State.KEPT) || state.get() == State.KEPT

    /**
     * Sends within these times, and says what did not leave. It runs on no dispatcher: what waits there counts by the machine's clock,
     * whatever clock the caller is tested with, and no thread is changed for the little there is to do. Where the caller is cancelled,
     * the [NotSentException] is among what the cancellation suppressed.
     */
    suspend fun within(timeout: Duration, connectTimeout: Duration, send: suspend () -> RawReply): RawReply = try {
        withContext(Dispatchers.Unconfined) {
            withTimeout(timeout) {
                val connecting = launch {
                    delay(connectTimeout)
                    if (keep()) throw TimeoutException("no connection within $connectTimeout")
                }
                send().also { connecting.cancel() }
            }
        }
    } catch (error: Exception) {
        val isHere = keep() && isWatched
        throw when {
            error is CancellationException && !currentCoroutineContext().isActive -> if (isHere) cancelled(error) else error
            error is TimeoutCancellationException && isHere -> notSent("no connection within $timeout", error)
            isHere -> notSent(error.message ?: error.javaClass.name, error)
            error is TimeoutCancellationException -> TimeoutException("no whole reply within $timeout")
            else -> error
        }
    }

    /** Callers that are cancelled together share one exception, but not what became of their requests. */
    private fun cancelled(error: CancellationException) = CancellationException(error.message, error).apply {
        addSuppressed(notSent("cancelled before a connection stood", error))
    }

    private fun notSent(text: String, cause: Exception): NotSentException {
        // A ProxySelector of the user's may throw: perhaps it is what failed.
        val address = runCatching { proxy()?.address() }.getOrNull() as? InetSocketAddress
        val between = address?.let { ", by way of the proxy ${it.hostString}:${it.port}" }
        return NotSentException(text + between.orEmpty(), cause)
    }
}
