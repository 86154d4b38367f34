package qince.leads

/**
 * Whatever this SDK throws on purpose.
 *
 * Its message says what is wrong, where, and what to do; it never holds an app key, a push secret or a digest.
 */
public sealed class QinceException(
    /** The stable code of this kind of error, the same in every language: one of [ErrorCode]. */
    public val code: String,
    message: String,
    cause: Throwable? = null,
) : Exception(message, cause) {
    /** The account cannot be used: see the message. Nothing was signed. */
    public class InvalidAccount internal constructor(message: String) : QinceException(ErrorCode.INVALID_ACCOUNT, message)

    /** The stamp cannot be written: an empty message id, or a time outside the years 1970 to 9999. Nothing was signed. */
    public class InvalidStamp internal constructor(message: String) : QinceException(ErrorCode.INVALID_STAMP, message)

    /** The payload breaks at least one rule. Nothing was signed; mend all violations at once. */
    public class InvalidPayload internal constructor(
        message: String,
        /** Everything that is wrong, not only what was found first. */
        public val violations: List<Violation>,
    ) : QinceException(ErrorCode.INVALID_PAYLOAD, message)

    /** The service understood the request and refused it. Sending it again does not help. */
    public class Rejected internal constructor(
        message: String,
        /** `return_code` (响应编码) as sent: `1`, or a code of the vendor's appendix. */
        public val returnCode: String,
        /** `return_msg` (响应说明), free text. */
        public val returnMsg: String?,
        /** `msg_id` (请求消息ID) of the refused request, as far as the service echoes it. */
        public val msgId: String?,
    ) : QinceException(ErrorCode.REJECTED, message)

    /** The HTTP status is outside 200-299 and the body is no reply of the service. */
    public class HttpStatus internal constructor(
        message: String,
        /** The HTTP status. */
        public val status: Int,
    ) : QinceException(ErrorCode.HTTP_STATUS, message)

    /** What came is not a reply or push of the service, or of another shape. */
    public class Malformed internal constructor(
        message: String,
        /** Which record, or which member of one, is at fault, as in `response_data[3].mobile`. */
        public val path: String?,
        /** What is wrong with it. */
        public val reason: String,
        /** What came, unchanged, so that nothing is lost. It may hold what people wrote: keep it out of logs. */
        public val body: ByteArray,
    ) : QinceException(ErrorCode.MALFORMED, message)

    /**
     * No reply came, and no attempt is left. Its [cause] is what the transport threw.
     *
     * This is how the last attempt failed; an earlier one of an operation that may be repeated may still have been carried
     * out.
     */
    public class Transport internal constructor(
        message: String,
        /** How it failed. */
        public val failure: Failure,
        cause: Throwable?,
    ) : QinceException(ErrorCode.TRANSPORT, message, cause)

    /**
     * An add may or may not have been carried out. Its [cause] is the failure that left it open, if the call was not given up.
     *
     * Look the lead up before adding it again; an add with a `code` lets the call do so by itself.
     */
    public class Uncertain internal constructor(message: String, cause: QinceException?) :
        QinceException(ErrorCode.UNCERTAIN, message, cause)

    /** No secret of those given signed this push: whoever sent it does not know one of them. */
    public class BadSignature internal constructor(message: String) : QinceException(ErrorCode.BAD_SIGNATURE, message)

    /** The push is signed, but its time lies too far from now. */
    public class Stale internal constructor(
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
)

/** Why a request got no reply. */
public enum class Failure {
    /** Nothing left this host: no connection was made. */
    NOT_SENT,

    /** It may have arrived: it timed out, or the connection broke. */
    UNKNOWN,
}
