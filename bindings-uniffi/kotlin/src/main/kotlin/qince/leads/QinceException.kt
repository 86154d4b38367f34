package qince.leads

/**
 * Whatever this SDK throws on purpose.
 *
 * Its message says what is wrong, where, and what to do; it never holds an app key, a push secret or a digest.
 */
public sealed class QinceException(
    /** The stable code of this kind of error, the same in every language: one of [ErrorCode]. */
    public val code: String,
    override val message: String,
    cause: Throwable? = null,
    progress: Progress? = null,
    /** The last reply of the call that this came of, as it came; null where the last request got none. */
    public val reply: RawReply? = null,
) : Exception(message, cause) {
    /** The message id (请求消息ID) of the last request of the call that this came of; null where it came of none. */
    public val msgId: String? = progress?.msgId

    /** How many requests that call sent. */
    public val attempts: Int = progress?.attempts ?: 0

    /** Whether the operation may have been carried out without its reply being read: by an attempt before this, too. */
    public val mayHaveBeenCarriedOut: Boolean = progress?.mayHaveBeenCarriedOut ?: false

    /** The code (线索编码) of the lead that the call adds, if it has one. */
    public val leadCode: String? = progress?.leadCode

    /** The account cannot be used: see the message. Nothing was signed. */
    public class InvalidAccount(message: String) : QinceException(ErrorCode.INVALID_ACCOUNT, message)

    /** The stamp cannot be written: an empty message id, or a time outside the years 1970 to 9999. Nothing was signed. */
    public class InvalidStamp(message: String, progress: Progress? = null) :
        QinceException(ErrorCode.INVALID_STAMP, message, null, progress)

    /** The payload breaks at least one rule. Nothing was signed; mend all violations at once. */
    public class InvalidPayload(
        message: String,
        /** Everything that is wrong, not only what was found first. At most 100 are listed. */
        public val violations: List<Violation>,
        /** How many more there are. */
        public val more: Int = 0,
        progress: Progress? = null,
    ) : QinceException(ErrorCode.INVALID_PAYLOAD, message, null, progress)

    /** The service understood the request and refused it. Sending it again does not help. */
    public class Rejected(
        message: String,
        /** `return_code` (响应编码) as sent: `1`, or a code of the vendor's appendix. */
        public val returnCode: String,
        /** `return_msg` (响应说明), free text. */
        public val returnMsg: String? = null,
        /** `msg_id` (请求消息ID) of the refused request, as far as the service echoes it. */
        public val echoedMsgId: String? = null,
        progress: Progress? = null,
        reply: RawReply? = null,
    ) : QinceException(ErrorCode.REJECTED, message, null, progress, reply)

    /** The HTTP status is outside 200-299 and the body is no reply of the service. */
    public class HttpStatus(
        message: String,
        /** The HTTP status. */
        public val status: Int,
        /** What came with it, unchanged: often the page of something that stands between. */
        public val body: ByteArray = ByteArray(0),
        progress: Progress? = null,
        reply: RawReply? = null,
    ) : QinceException(ErrorCode.HTTP_STATUS, message, null, progress, reply)

    /** What came is not a reply or push of the service, or of another shape. */
    public class Malformed(
        message: String,
        /** What is wrong with it. */
        public val reason: String,
        /**
         * What came, unchanged, so that nothing is lost; empty where a page as a whole is at fault, and after a call was resumed.
         * It may hold what people wrote: keep it out of logs.
         */
        public val body: ByteArray = ByteArray(0),
        progress: Progress? = null,
        reply: RawReply? = null,
    ) : QinceException(ErrorCode.MALFORMED, message, null, progress, reply)

    /**
     * No reply came, and no attempt is left. Its [cause] says what the transport threw, without openid and digest: the text and
     * the traces, not the objects themselves.
     *
     * This is how the last attempt failed; an earlier one of an operation that may be repeated may still have been carried
     * out.
     */
    public class Transport(
        message: String,
        /** How it failed. */
        public val failure: Failure,
        cause: Throwable? = null,
        progress: Progress? = null,
    ) : QinceException(ErrorCode.TRANSPORT, message, cause, progress)

    /**
     * It may or may not have been carried out: an add, or another request that must not be repeated. Its [cause] is what left it
     * open, or ended the call before it was settled.
     *
     * Look it up before sending it again; an add with a `code` lets the call do so by itself.
     */
    public class Uncertain(message: String, cause: QinceException, progress: Progress? = null) :
        QinceException(ErrorCode.UNCERTAIN, message, cause, progress, cause.reply)

    /** An app asked a relay for an operation that it may not use. */
    public class Forbidden(
        message: String,
        /** The operation's name. */
        public val operation: String,
    ) : QinceException(ErrorCode.FORBIDDEN, message)

    /** No secret of those given signed this push: whoever sent it does not know one of them. */
    public class BadSignature(message: String) : QinceException(ErrorCode.BAD_SIGNATURE, message)

    /** The push is signed, but its time lies too far from now. */
    public class Stale(
        message: String,
        /** How far its timestamp lies from the clock, in milliseconds. */
        public val ageMs: Long,
        /** How far it may lie, in milliseconds. */
        public val maxAgeMs: Long,
    ) : QinceException(ErrorCode.STALE, message)
}

/** One way in which a payload is wrong. */
public data class Violation(
    /** Where, in wire names: `exts[0].salesleads_ext_key`; empty where the payload as a whole is meant. */
    val path: String,
    /** Which rule is broken: one of [Rule]. */
    val rule: String,
    /** What is wrong and what to do, ready to be shown: `cus_name (客户名称): 101 characters, at most 100`. */
    val message: String,
    /** The same in Chinese, for the users of a form: `客户名称：101个字符，最多100个`. */
    val messageZh: String,
    /** The field's Chinese label; empty where no field is meant. */
    val label: String,
    /** How many characters are allowed, where there are too many. */
    val limit: Int?,
    /** How many characters there are, where there are too many. */
    val actual: Int?,
    /** The texts that are allowed, where the text is none of them. */
    val allowed: List<Allowed>,
)

/** Why a request got no reply. */
public enum class Failure {
    /** No octet of the request left this host: no connection stood. */
    NOT_SENT,

    /** It may have arrived: it timed out, or the connection broke. */
    UNKNOWN,
}
