package qince.leads

import qince.leads.internal.CoreAttempt
import qince.leads.internal.CoreCall
import qince.leads.internal.CorePolicy
import qince.leads.internal.CoreStep

/**
 * One call of an operation, from the first request to the result. It neither sends nor waits: [QinceLeads] does so, and
 * whoever wants to do it otherwise.
 *
 * Failures are tried again where that is harmless. An add that may have been carried out is never simply sent again: if
 * it has a `code`, the call first queries for that code; if it has none, the call ends as [QinceException.Uncertain]. Every
 * request is stamped and signed anew.
 *
 * ```
 * while (true) {
 *     when (val step = call.step(clock(), id(), random())) {
 *         is Step.Send -> call.replied(clock(), send(step.request))  // or failed, where no reply came
 *         is Step.WaitUntil -> sleepUntil(step.timeMs)
 *         is Step.Done -> return step.result
 *     }
 * }
 * ```
 *
 * Its functions may be called from several threads, one after another.
 */
public class Call<R>(
    account: Account,
    payload: Payload<R>,
    policy: Policy = Policy(),
    timestampForm: TimestampForm = TimestampForm.EPOCH_MS,
) {
    private val operation = payload.operation
    private val core =
        core { CoreCall(account.core, operation.name, payload.toJson(), policy.core(), timestampForm.isCompact) }

    @Volatile private var cause: Throwable? = null

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
            is CoreStep.Send -> Step.Send(step.request.request())
            is CoreStep.WaitUntil -> Step.WaitUntil(step.timeMs)
            is CoreStep.Done -> Step.Done(operation.result(step.outcome))
            is CoreStep.Failed -> throw step.error.asQinceException(cause)
        }
    }

    /** Takes the reply to the request under way. [retryAfterMs] is how long the service asks to wait, in milliseconds. */
    public fun replied(nowMs: Long, reply: RawReply, retryAfterMs: Long? = null) {
        core.replied(nowMs, reply.status.toUShort(), reply.body, retryAfterMs?.coerceAtLeast(0)?.toULong())
    }

    /** Takes note that no reply came to the request under way, and of what the transport threw. */
    public fun failed(nowMs: Long, failure: Failure, cause: Throwable? = null) {
        this.cause = cause
        core.failed(nowMs, failure == Failure.NOT_SENT)
    }

    /**
     * Whether an add may or may not have been carried out, as far as this call has been told: one that gives it up now,
     * because it is cancelled, is to report that.
     */
    public val isInDoubt: Boolean get() = core.isInDoubt()

    /** The attempt that finished last, for an observer. */
    public val lastAttempt: Attempt? get() = core.lastAttempt()?.attempt()

    /** Tells the operation. */
    override fun toString(): String = "Call(${operation.name})"

    /** Frees what the core holds for it, which otherwise happens once it is garbage. It must not be used any more. */
    internal fun free(): Unit = core.close()
}

/** What to do next. */
public sealed interface Step<out R> {
    /** Send this request and say what came of it: [Call.replied] or [Call.failed]. */
    public class Send internal constructor(
        /** What to send, as it is. */
        public val request: SignedRequest,
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
) {
    init {
        require(maxAttempts >= 0) { "maxAttempts must not be negative" }
        require(baseDelayMs >= 0) { "baseDelayMs must not be negative" }
        require(maxDelayMs >= 0) { "maxDelayMs must not be negative" }
        require(deadlineMs == null || deadlineMs >= 0) { "deadlineMs must not be negative" }
    }

    internal fun core() = CorePolicy(
        maxAttempts.toUInt(),
        baseDelayMs.toULong(),
        maxDelayMs.toULong(),
        deadlineMs?.toULong(),
        jitter,
    )
}

/** One finished attempt, for logs and metrics: it holds no secret, no body and no openid. */
public data class Attempt(
    /** The operation that was sent, by its name; a query where an add is being settled. */
    val operation: String,
    /** Which attempt of that operation it was, from 1. */
    val number: Int,
    /** Where it was sent, openid and digest replaced by `***`. */
    val url: String,
    /** The HTTP status, if a reply came. */
    val status: Int?,
    /** `ok`, `not_sent`, `unknown`, or the code of the error that the reply was. */
    val outcome: String,
    /** How long it took, in milliseconds. */
    val durationMs: Long,
)

private fun CoreAttempt.attempt() = Attempt(operation, number.toInt(), url, status?.toInt(), outcome, durationMs.toLong())
