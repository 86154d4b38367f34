package qince.leads

import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpConnectTimeoutException
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionException
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlinx.coroutines.suspendCancellableCoroutine

/** Sends by the JDK's own client, which Android does not have. Give one that does not follow redirects. */
public class JdkTransport(private val client: HttpClient = HttpClient.newHttpClient()) : Transport {
    override suspend fun send(request: SignedRequest, timeout: Duration): RawReply {
        val sent = HttpRequest.newBuilder(URI(request.url)).timeout(timeout.toJavaDuration())
        request.headers.forEach(sent::header)
        sent.method(request.method, HttpRequest.BodyPublishers.ofByteArray(request.bodyBytes))
        val response = try {
            sending { client.sendAsync(sent.build(), BodyHandlers.ofByteArray()).awaitOrAbort() }
        } catch (unconnected: HttpConnectTimeoutException) {
            throw NotSentException(unconnected.message, unconnected)
        }
        return RawReply(
            response.statusCode(),
            response.body(),
            response.headers().firstValue("Retry-After").orElse(null),
        )
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
