package qince.leads

import java.security.SecureRandom
import java.time.ZonedDateTime
import java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME
import java.time.format.DateTimeParseException
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

    /** All leads that a query finds, page by page as they are asked for. Each collection begins anew. */
    public fun <L : Record> pages(query: Query<L>): Flow<List<L>> = flow {
        val pages = Pages(query)
        while (true) {
            val leads = pages.take(run(pages.nextQuery() ?: break))
            if (leads.isNotEmpty()) emit(leads)
        }
    }

    override fun <L : Record> scan(query: Query<L>): Flow<L> = flow { pages(query).collect { page -> page.forEach { emit(it) } } }

    override suspend fun <R> run(payload: Payload<R>): R {
        val call = Call(account, payload, policy, timestampForm)
        try {
            while (true) {
                when (val step = call.step(nowMs(), randomId(), RANDOM.nextDouble())) {
                    is Step.Send -> send(call, step.request)
                    is Step.WaitUntil -> delay((step.timeMs - nowMs()).milliseconds)
                    is Step.Done -> return step.result
                }
            }
        } catch (givenUp: Throwable) {
            if (givenUp is QinceException || !call.isInDoubt) throw givenUp
            // Calls that are cancelled together share one exception, but not what this one leaves open.
            val own = if (givenUp is CancellationException) CancellationException(givenUp.message, givenUp) else givenUp
            own.addSuppressed(QinceException.Uncertain(GIVEN_UP, null))
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
            call.replied(nowMs(), reply, retryAfterMs(reply.retryAfter))
        } catch (error: Exception) {
            // A transport may be cancelled for reasons of its own, which is a failure like any other.
            if (error is CancellationException) currentCoroutineContext().ensureActive()
            val failure = if (error is NotSentException) Failure.NOT_SENT else Failure.UNKNOWN
            call.failed(nowMs(), failure, withoutSecrets(error, request))
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

private const val GIVEN_UP =
    "uncertain: the lead may or may not have been added (the call was given up); look it up before adding it again"

private val RANDOM = SecureRandom()

private fun nowMs() = System.currentTimeMillis()

private fun randomId() = ByteArray(16).also(RANDOM::nextBytes).joinToString("") { "%02x".format(it) }

private val SECONDS = Regex("""\s*\d{1,9}(\.\d+)?\s*""")

/** What a `Retry-After` header asks for, seconds or a date, in milliseconds. */
private fun retryAfterMs(header: String?): Long? {
    if (header == null) return null
    if (SECONDS.matches(header)) return header.trim().toDouble().seconds.inWholeMilliseconds
    return try {
        (ZonedDateTime.parse(header.trim(), RFC_1123_DATE_TIME).toInstant().toEpochMilli() - nowMs()).coerceAtLeast(0)
    } catch (_: DateTimeParseException) {
        null
    }
}

/**
 * The error, or one that only says what it says, where it shows openid or digest.
 *
 * HTTP libraries like to name the URL that they could not reach, and stack traces show all that an error goes back to.
 */
private fun withoutSecrets(error: Exception, request: SignedRequest): Exception {
    val secrets = request.secrets.map { Regex("(?<![A-Za-z0-9])" + Regex.escape(it) + "(?![A-Za-z0-9])") }
    val shown = error.stackTraceToString()
    if (secrets.none { it in shown }) return error
    val message = secrets.fold(error.message.orEmpty()) { message, secret -> message.replace(secret, "***") }
    return RuntimeException("${error.javaClass.name}: $message")
}
