package qince.leads

import qince.leads.internal.CoreAttempt
import qince.leads.internal.CoreCall
import qince.leads.internal.CorePolicy
import qince.leads.internal.CoreProgress
import qince.leads.internal.CoreStep

/**
 * One call of an operation, from the first request to the result. It neither sends nor waits: [QinceLeads] does so, and
 * whoever wants to do it otherwise.
 *
 * Failures are tried again where that is harmless. An add that may have been carried out is never simply sent again: if
 * it has a `code`, the call first queries for that code; if it has none, the call ends as [QinceException.Uncertain]. Once an
 * add may have been carried out, its call ends as a success or as uncertain, whatever ends it. Every request is stamped and
 * signed anew.
 *
 * ```
 * while (true) {
 *     when (val step = call.step(clock(), id(), random())) {
 *         is Step.Send -> call.replied(step.request.msgId, clock(), send(step.request))  // or failed, where no reply came
 *         is Step.WaitUntil -> sleepUntil(step.timeMs)
 *         is Step.Done -> return step.result
 *     }
 * }
 * ```
 *
 * A host that [saves][save] a call before it sends can stop at any instant and lose nothing: another one [goes on][resume] with
 * it. Its functions may be called from several threads, one after another.
 */
public class Call<R> private constructor(private val operation: Endpoint<R>, private val core: CoreCall) {
    /**
     * A call that has not begun. What is wrong with the request is said by the first step.
     *
     * With [byCode] an add only adds the lead where none has its code, which its receipt then says ([Receipt.existed]), and a
     * query finds the one lead that has its code. Both need one.
     */
    public constructor(
        account: Account,
        request: Request<R>,
        policy: Policy = Policy(),
        timestampForm: TimestampForm = TimestampForm.EPOCH_MS,
        byCode: Boolean = false,
    ) : this(
        request.operation,
        core { CoreCall(account.core, request.core(), policy.core(), timestampForm.isCompact, byCode) },
    )

    @Volatile private var underWay: String? = null

    @Volatile private var cause: Throwable? = null

    @Volatile private var reply: RawReply? = null

    /**
     * Says what to do next.
     *
     * [nowMs] is the clock in milliseconds since the epoch. [msgId] is the id of the next request, usually a UUID; it is used
     * only where the answer is [Step.Send]. [random] is a number from 0 to 1, for the jitter of delays.
     *
     * Whoever asks while a request is under way has lost track of it: it then counts as failed, for an unknown reason.
     *
     * @throws QinceException where the call has failed.
     */
    public fun step(nowMs: Long, msgId: String, random: Double): Step<R> {
        val stamp = Stamp(nowMs, msgId)
        return when (val step = core({ stamp.illFormed() }) { core.step(nowMs, msgId, random) }) {
            is CoreStep.Send -> Step.Send(step.request.request().also { underWay = it.msgId }, step.number.toInt())
            is CoreStep.WaitUntil -> Step.WaitUntil(step.timeMs)
            is CoreStep.Done -> Step.Done(operation.result(step.outcome, reply))
            is CoreStep.Failed -> throw step.error.asQinceException(cause, progress, reply)
        }
    }

    /**
     * Takes the reply to the request with this message id. A reply to any other request than the one under way comes too late,
     * and changes nothing.
     */
    public fun replied(msgId: String, nowMs: Long, reply: RawReply) {
        if (msgId == underWay) this.reply = reply
        core.replied(lossy(msgId), nowMs, reply.status.toUShort(), reply.body, reply.retryAfter?.let(::lossy))
    }

    /**
     * Takes note that no reply came to the request with this message id, and of what the transport threw; of another request
     * than the one under way that changes nothing.
     */
    public fun failed(msgId: String, nowMs: Long, failure: Failure, cause: Throwable? = null) {
        if (msgId == underWay) {
            this.cause = cause
            reply = null
        }
        core.failed(lossy(msgId), nowMs, failure == Failure.NOT_SENT)
    }

    /**
     * Gives the call up, because it is cancelled: it is over. Where an add may have been carried out, that is the exception to
     * report.
     */
    public fun giveUp(nowMs: Long): QinceException? = core.giveUp(nowMs)?.asQinceException(cause, progress, reply)

    /**
     * The call as one line of text, by which [resume] goes on with it in another process, host or language; null where its end
     * is known. It holds the payload, but no secret, openid or digest.
     *
     * Save before sending: a request that was under way when a host ended counts as failed, for an unknown reason.
     */
    public fun save(): String? = core.save()

    /**
     * One line for a log, of a call that has ended in doubt: the operation, the error, and the lead's code and the message id to
     * look it up by; null of any other.
     */
    public val doubtLine: String? get() = core.doubtLine()

    /** Whether an add may or may not have been carried out, as far as this call has been told. */
    public val isInDoubt: Boolean get() = core.isInDoubt()

    /** The attempt that finished last, for an observer. */
    public val lastAttempt: Attempt? get() = core.lastAttempt()?.attempt()

    /** What is known of the call beside its result. */
    public val progress: Progress get() = core.progress().progress()

    /** Tells the operation. */
    override fun toString(): String = "Call(${operation.name})"

    /** Frees what the core holds for it, which otherwise happens once it is garbage. It must not be used any more. */
    internal fun free(): Unit = core.close()

    /** Goes on with calls that were saved. */
    public companion object {
        /**
         * Goes on with a call of this operation, such as [AddLead] or [Other], that was saved.
         *
         * @throws QinceException.Malformed where the text is damaged, of another version, or of another operation.
         */
        public fun <R> resume(operation: Endpoint<R>, account: Account, text: String, policy: Policy = Policy()): Call<R> =
            Call(operation, core { CoreCall.resume(account.core, operation.name, policy.core(), text) })
    }
}

/** What to do next. */
public sealed interface Step<out R> {
    /** Send this request and say what came of it: [Call.replied] or [Call.failed]. */
    public class Send internal constructor(
        /** What to send, as it is. */
        public val request: SignedRequest,
        /** Which attempt of its operation it is, from 1. The queries of each settling are counted afresh. */
        public val number: Int,
    ) : Step<Nothing> {
        /** Tells the URL without openid and digest. */
        override fun toString(): String = "Send($request)"
    }

    /** Wait until the clock shows this time, in milliseconds since the epoch, and ask again. */
    public data class WaitUntil(val timeMs: Long) : Step<Nothing>

    /** The call has succeeded. */
    public data class Done<out R>(val result: R) : Step<R>
}

/**
 * How often and how long a call tries. All times are in milliseconds.
 *
 * @throws IllegalArgumentException where a number is negative.
 */
public data class Policy(
    /** How many requests of an operation are sent at most; one is always sent. */
    val maxAttempts: Int = PolicyDefaults.MAX_ATTEMPTS,
    /** The delay after the first failed request; it doubles with each further one. */
    val baseDelayMs: Long = PolicyDefaults.BASE_DELAY_MS,
    /** The longest delay, but for one that the service asks for. */
    val maxDelayMs: Long = PolicyDefaults.MAX_DELAY_MS,
    /** How long after the first request a delay may end at the latest; null for any time. */
    val deadlineMs: Long? = PolicyDefaults.DEADLINE_MS,
    /**
     * By which part of itself a delay is shortened at most, from 0 to 1, so that many hosts that fail together do not come back
     * together.
     */
    val jitter: Double = PolicyDefaults.JITTER,
    /**
     * How long to wait at least before an add that may have been carried out is looked for: as long as the service may take to
     * show what it stored.
     */
    val settleDelayMs: Long = PolicyDefaults.SETTLE_DELAY_MS,
    /**
     * Whether an add that may have been carried out is sent again once a query has not found it. Without it such a call ends as
     * [QinceException.Uncertain].
     */
    val resendAdds: Boolean = PolicyDefaults.RESEND_ADDS,
    /**
     * Return codes by which this tenant's service says that it has not carried out a request and that it may be sent again: a
     * rate limit that comes as HTTP 200, say.
     */
    val retryCodes: List<String> = PolicyDefaults.RETRY_CODES,
    /** Whether the tenant's service echoes message ids: then a reply with another one is another request's. */
    val matchMsgId: Boolean = PolicyDefaults.MATCH_MSG_ID,
) {
    init {
        require(maxAttempts >= 0) { "maxAttempts must not be negative" }
        require(baseDelayMs >= 0) { "baseDelayMs must not be negative" }
        require(maxDelayMs >= 0) { "maxDelayMs must not be negative" }
        require(settleDelayMs >= 0) { "settleDelayMs must not be negative" }
        require(deadlineMs == null || deadlineMs >= 0) { "deadlineMs must not be negative" }
    }

    internal fun core() = CorePolicy(
        maxAttempts.toUInt(),
        baseDelayMs.toULong(),
        maxDelayMs.toULong(),
        deadlineMs?.toULong(),
        jitter,
        settleDelayMs.toULong(),
        resendAdds,
        retryCodes.map(::lossy),
        matchMsgId,
    )
}

/** One finished attempt, for logs and metrics: it holds no secret, no body and no openid. */
public data class Attempt(
    /** The operation that was sent, by its name; a query where an add is being settled. */
    val operation: String,
    /** Which attempt of that operation it was, from 1. */
    val number: Int = 1,
    /** The message id (请求消息ID) of the request. */
    val msgId: String = "",
    /** Where it was sent, openid and digest replaced by `***`. */
    val url: String = "",
    /** The HTTP status, if a reply came. */
    val status: Int? = null,
    /** `ok`, `not_sent`, `unknown`, `cancelled`, or the code of the error that the reply was. */
    val outcome: String = "ok",
    /** How long it took, in milliseconds. */
    val durationMs: Long = 0,
    /** All that in one line, as it is logged. */
    val line: String = "",
)

private fun CoreAttempt.attempt() =
    Attempt(operation, number.toInt(), msgId, url, status?.toInt(), outcome, durationMs.toLong(), line)

/** What is known of a call beside its result. */
public data class Progress(
    /** How many requests were sent, those that settle an add included. */
    val attempts: Int,
    /** The message id (请求消息ID) of the last request. */
    val msgId: String?,
    /** Whether the operation may have been carried out without its reply being read: by an attempt before a refusal, too. */
    val mayHaveBeenCarriedOut: Boolean,
    /** The code (线索编码) of the lead that is added, by which an add in doubt is looked up. */
    val leadCode: String? = null,
)

private fun CoreProgress.progress() = Progress(attempts.toInt(), msgId, mayHaveBeenCarriedOut, leadCode)
