package qince.leads

import qince.leads.internal.CoreAccount
import qince.leads.internal.CoreRequest
import qince.leads.internal.CoreStamp
import qince.leads.internal.redact as redactInCore

/** Who calls, and where. It may be used from several threads at once. */
public class Account private constructor(internal val core: CoreAccount, private val hasKey: Boolean) {
    /**
     * An account of the OpenAPI.
     *
     * The console shows all three: the openid (开放平台ID), its app key, and the address, which is the vendor's own where [baseUrl]
     * is null. It is https, or http on this host, and may have a path.
     *
     * @throws QinceException.InvalidAccount where one of them cannot be used.
     */
    public constructor(openid: String, appKey: String, baseUrl: String? = null) :
        this(core(::illFormed) { CoreAccount(openid, appKey, baseUrl) }, true)

    private val lane: Long = core.lane().toLong()

    /** The address that requests go to. */
    public val baseUrl: String = core.baseUrl()

    /**
     * Checks a request and signs it. It is to be sent as it is: the signature is that of its body, byte by byte.
     *
     * @throws QinceException.InvalidPayload with all violations.
     * @throws QinceException.InvalidStamp where the stamp cannot be written.
     */
    public fun sign(request: Request<*>, stamp: Stamp): SignedRequest {
        val quickly = if (hasKey && request is Payload) FastLane.sign(lane, request, stamp) else null
        return quickly ?: core({ stamp.illFormed() }) { core.sign(request.core(), stamp.core()).request() }
    }

    /** Tells the address only. */
    override fun toString(): String = "Account($baseUrl)"

    /** Makes accounts of what the environment says, and without a key. */
    public companion object {
        /**
         * The account of the variables `QINCE_OPENID`, `QINCE_APP_KEY` and, where the vendor's own address is not meant,
         * `QINCE_BASE_URL`.
         *
         * @throws QinceException.InvalidAccount where one of them is missing, or cannot be used.
         */
        public fun fromEnvironment(): Account = of(System.getenv())

        internal fun of(environment: Map<String, String>): Account {
            fun variable(name: String) = environment[name]?.ifEmpty { null }

            fun needed(name: String) = variable(name)
                ?: throw QinceException.InvalidAccount("invalid account: $name: the variable is not set, and no account is given")
            return Account(needed("QINCE_OPENID"), needed("QINCE_APP_KEY"), variable("QINCE_BASE_URL"))
        }

        /**
         * An account without a key, for apps: requests go, unsigned, to a relay on one's own server, which signs them anew, see
         * [Relayed].
         *
         * @throws QinceException.InvalidAccount where the URL is none that can be used.
         */
        public fun relay(relayUrl: String): Account = Account(core(::illFormed) { CoreAccount.relay(relayUrl) }, false)

        private fun illFormed() = QinceException.InvalidAccount("invalid account: $ILL_FORMED")
    }
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
    internal fun core() = CoreStamp(nowMs, msgId, form.isCompact)

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
    private val stamped: String?,
    /** The headers to send with it. */
    public val headers: Map<String, String> = HEADERS,
) {
    /** What is to be sent, JSON. */
    public val body: String get() = bodyBytes.decodeToString()

    /** The HTTP method. */
    public val method: String get() = RequestConstants.METHOD

    /** The URL with openid and digest replaced by `***`. */
    public val redactedUrl: String by lazy(LazyThreadSafetyMode.PUBLICATION) { redact(url) }

    /** The timestamp as it stands in the URL. */
    public val timestamp: String get() = stamped ?: url.split('/').let { segments -> segments[segments.lastIndex - 2] }

    /** A text in which openid and digest of this request are replaced by `***`: what an HTTP library says of a failure, say. */
    public fun redact(text: String): String = redactInCore(lossy(text), url)

    internal fun with(more: Map<String, String>) = SignedRequest(operation, url, bodyBytes, msgId, stamped, headers + more)

    /** Tells the URL without openid and digest. */
    override fun toString(): String = "SignedRequest($method $redactedUrl)"

    private companion object {
        val HEADERS = mapOf("Content-Type" to RequestConstants.CONTENT_TYPE)
    }
}

internal fun CoreRequest.request() = SignedRequest(operation, url, body.toByteArray(), msgId, timestamp)
