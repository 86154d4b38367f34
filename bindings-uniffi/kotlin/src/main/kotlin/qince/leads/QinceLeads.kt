package qince.leads

import java.security.SecureRandom
import java.util.concurrent.TimeoutException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.withTimeoutOrNull

/**
 * The sales leads of one account.
 *
 * ```
 * val leads = QinceLeads(Account(openid, appKey))
 * leads.add(AddLead(cusName = "示例公司", empName = "负责人", code = "L1"))
 * leads.query(QueryLeads(createTimeStart = "2026-01-01")).collect { println(it.cusName) }
 * ```
 *
 * Failures are tried again where that is harmless; an add whose outcome is unknown is settled by a query for its `code`, so
 * give each lead one.
 *
 * It may be used from several coroutines at once, and needs no closing. Cancelling cancels the request; where an add may have
 * been carried out by then, a [QinceException.Uncertain] is among the suppressed exceptions of the CancellationException.
 *
 * @property account who calls.
 * @property transport what sends requests: OkHttp where it is on the class path, else the JDK's client.
 * @property timeout how long to wait for one reply.
 * @property policy how often and how long to try.
 * @property timestampForm how requests are stamped.
 * @property onAttempt called after each attempt, for logs and metrics. What it throws is passed over.
 * @throws IllegalArgumentException where [timeout] is not more than 0.
 */
public class QinceLeads(
    public val account: Account,
    private val transport: Transport = defaultTransport(),
    private val timeout: Duration = 30.seconds,
    private val policy: Policy = Policy(),
    private val timestampForm: TimestampForm = TimestampForm.EPOCH_MS,
    private val onAttempt: ((Attempt) -> Unit)? = null,
) : Operations() {
    init {
        require(timeout.isPositive()) { "timeout must be more than 0" }
    }

    /** The same client, and the same transport, with some options changed. */
    public fun withOptions(
        timeout: Duration = this.timeout,
        policy: Policy = this.policy,
        timestampForm: TimestampForm = this.timestampForm,
        onAttempt: ((Attempt) -> Unit)? = this.onAttempt,
    ): QinceLeads = QinceLeads(account, transport, timeout, policy, timestampForm, onAttempt)

    /**
     * Sends a request to any endpoint of the vendor, such as `customer/v1/queryCustomer`; its [payload] is an object or a list.
     * Whatever does harm where it is carried out twice is not to [repeat].
     *
     * @throws QinceException where it fails.
     */
    public suspend fun other(path: String, payload: Json, repeat: Boolean = true): Receipt = run(Other(path, payload, repeat))

    /**
     * All leads that a query finds, page by page as they are asked for, each lead once. Pages without anything new are passed
     * over, unless they have faults. Each collection begins anew.
     */
    public fun <L : Record> pages(query: Query<L>): Flow<Page<L>> = flow {
        val pages = Pages(query)
        while (true) {
            val page = run(pages.nextQuery() ?: break)
            val new = Page(pages.take(page), page.msgId, page.faults)
            if (new.isNotEmpty() || new.faults.isNotEmpty()) emit(new)
        }
    }

    override fun <L : Record> scan(query: Query<L>): Flow<L> = flow { pages(query).collect { page -> page.forEach { emit(it) } } }

    override suspend fun <R> run(request: Request<R>): R {
        val call = Call(account, request, policy, timestampForm)
        try {
            while (true) {
                when (val step = call.step(nowMs(), randomId(), RANDOM.nextDouble())) {
                    is Step.Send -> send(call, step.request)
                    is Step.WaitUntil -> delay((step.timeMs - nowMs()).milliseconds)
                    is Step.Done -> return step.result
                }
            }
        } catch (givenUp: Throwable) {
            if (givenUp is QinceException) throw givenUp
            val leftOpen = call.giveUp(nowMs())
            if (call.lastAttempt?.outcome == CANCELLED) observe(call)
            if (leftOpen == null) throw givenUp
            // Calls that are cancelled together share one exception, but not what this one leaves open.
            val own = if (givenUp is CancellationException) CancellationException(givenUp.message, givenUp) else givenUp
            own.addSuppressed(leftOpen)
            throw own
        } finally {
            call.free()
        }
    }

    private suspend fun send(call: Call<*>, request: SignedRequest) {
        try {
            val reply =
                withTimeoutOrNull(timeout) { transport.send(request, timeout) }
                    ?: throw TimeoutException("no whole reply within $timeout")
            call.replied(request.msgId, nowMs(), reply)
        } catch (error: Exception) {
            // A transport may be cancelled for reasons of its own, which is a failure like any other.
            if (error is CancellationException) currentCoroutineContext().ensureActive()
            val failure = if (error is NotSentException) Failure.NOT_SENT else Failure.UNKNOWN
            call.failed(request.msgId, nowMs(), failure, withoutSecrets(error, request))
        }
        observe(call)
    }

    private fun observe(call: Call<*>) {
        val observe = onAttempt ?: return
        val attempt = call.lastAttempt ?: return
        try {
            observe(attempt)
        } catch (_: Exception) {
            // Whoever only looks on must not make the call fail.
        }
    }

    /** Tells the account's address. */
    override fun toString(): String = "QinceLeads($account)"
}

/** The outcome of an attempt that was under way when its call was given up. */
private const val CANCELLED = "cancelled"

private val RANDOM = SecureRandom()

private fun nowMs() = System.currentTimeMillis()

private fun randomId() = ByteArray(16).also(RANDOM::nextBytes).joinToString("") { "%02x".format(it) }

/**
 * The error, or one that only says what it says, where it shows openid or digest.
 *
 * HTTP libraries like to name the URL that they could not reach, and stack traces show all that an error goes back to.
 */
private fun withoutSecrets(error: Exception, request: SignedRequest): Exception {
    val shown = error.stackTraceToString()
    if (request.redact(shown) == shown) return error
    return RuntimeException(request.redact("${error.javaClass.name}: ${error.message}"))
}
