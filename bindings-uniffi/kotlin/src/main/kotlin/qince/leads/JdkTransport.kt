package qince.leads

import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlinx.coroutines.future.await

/** Sends by the JDK's own client, which Android does not have. Give one that does not follow redirects. */
public class JdkTransport(private val client: HttpClient = HttpClient.newHttpClient()) : Transport {
    override suspend fun send(request: SignedRequest, timeout: Duration): RawReply {
        val sent = HttpRequest.newBuilder(URI(request.url)).timeout(timeout.toJavaDuration())
        request.headers.forEach(sent::header)
        sent.method(request.method, HttpRequest.BodyPublishers.ofByteArray(request.bodyBytes))
        val response = sending { client.sendAsync(sent.build(), BodyHandlers.ofByteArray()).await() }
        return RawReply(
            response.statusCode(),
            response.body(),
            response.headers().firstValue("Retry-After").orElse(null),
        )
    }
}
