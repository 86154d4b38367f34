package qince.leads

import qince.leads.internal.CoreAccount
import qince.leads.internal.CoreRequest
import qince.leads.internal.CoreStamp
import qince.leads.internal.redact

/**
 * Who calls, and where. It may be used from several threads at once.
 *
 * The console shows all three: the openid (开放平台ID), its app key, and the address, which is the vendor's own where [baseUrl] is
 * null. It is https, or http on this host, and may have a path.
 *
 * @throws QinceException.InvalidAccount where one of them cannot be used.
 */
public class Account(openid: String, appKey: String, baseUrl: String? = null) {
    internal val core: CoreAccount =
        core({ QinceException.InvalidAccount("invalid account: $ILL_FORMED") }) { CoreAccount(openid, appKey, baseUrl) }

    private val lane: Long = core.lane().toLong()

    /** The address that requests go to. */
    public val baseUrl: String = core.baseUrl()

    /**
     * Checks a payload and signs it. The request is to be sent as it is: the signature is that of its body, byte by byte.
     *
     * @throws QinceException.InvalidPayload with all violations.
     * @throws QinceException.InvalidStamp where the stamp cannot be written.
     */
    public fun sign(payload: Payload<*>, stamp: Stamp): SignedRequest {
        val json = JsonWriter()
        payload.writeTo(json)
        val operation = payload.operation
        return FastLane.sign(lane, operation, json, stamp) ?: core({ stamp.illFormed() }) {
            // The fast lane has been passed with this account in use, so it was not freed meanwhile.
            core.sign(operation.name, json.toString(), CoreStamp(stamp.nowMs, stamp.msgId, stamp.form.isCompact)).request()
        }
    }

    /** Tells the address only. */
    override fun toString(): String = "Account($baseUrl)"
}

/** What makes a request differ from all others. */
public data class Stamp(
    /** When it is signed, in milliseconds since the epoch. */
    val nowMs: Long,
    /** Its message id (请求消息ID), usually a UUID. */
    val msgId: String,
    /** How the time is written. */
    val form: TimestampForm = TimestampForm.EPOCH_MS,
) {
    internal fun illFormed() = QinceException.InvalidStamp("invalid stamp: the message id: $ILL_FORMED")
}

/** How the timestamp of a request is written. */
public enum class TimestampForm(internal val isCompact: Boolean) {
    /** Milliseconds since the epoch. */
    EPOCH_MS(false),

    /** `yyyyMMddHHmmss`, Beijing time. */
    COMPACT(true),
}

/** A request that is ready to be sent. Its URL holds openid and digest, so keep it out of logs: [redactedUrl] is for them. */
public class SignedRequest internal constructor(
    /** The operation's name, such as `add`. */
    public val operation: String,
    /** Where to send it. */
    public val url: String,
    /** The exact bytes to send: [body] as UTF-8. */
    public val bodyBytes: ByteArray,
    /** The message id of its stamp. */
    public val msgId: String,
) {
    /** What is to be sent, JSON. */
    public val body: String get() = bodyBytes.decodeToString()

    /** The HTTP method. */
    public val method: String get() = RequestConstants.METHOD

    /** The headers that it needs. */
    public val headers: Map<String, String> get() = HEADERS

    /** The URL with openid and digest replaced by `***`. */
    public val redactedUrl: String by lazy(LazyThreadSafetyMode.PUBLICATION) { redact(url) }

    /** The timestamp as it stands in the URL. */
    public val timestamp: String get() = segment(2)

    /** What stands in the URL and must not stand elsewhere: openid and digest. */
    internal val secrets: List<String> get() = listOf(segment(3), segment(1))

    /** A segment of the URL, counted from its end. Message id and openid are escaped, so that each is one. */
    private fun segment(fromEnd: Int): String {
        val segments = url.split('/')
        return segments[segments.lastIndex - fromEnd]
    }

    /** Tells the URL without openid and digest. */
    override fun toString(): String = "SignedRequest($method $redactedUrl)"

    private companion object {
        val HEADERS = mapOf("Content-Type" to RequestConstants.CONTENT_TYPE)
    }
}

internal fun CoreRequest.request() = SignedRequest(operation, url, body.toByteArray(), msgId)
