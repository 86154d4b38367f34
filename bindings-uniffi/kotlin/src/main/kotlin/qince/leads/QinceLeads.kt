package qince.leads

import java.security.SecureRandom
import java.util.UUID
import java.util.concurrent.TimeoutException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.sync.withPermit
import kotlinx.coroutines.withContext
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
 * been carried out by then, a [QinceException.Uncertain] is among the suppressed exceptions of the CancellationException, and
 * `onUncertain` hears of it.
 */
public class QinceLeads private constructor(
    /** Who calls. */
    public val account: Account,
    private val transport: Transport,
    private val settings: Settings,
    private val turns: Semaphore,
) : Operations() {
    private val userAgent = userAgent(transport)

    /**
     * A client.
     *
     * @param account who calls; [Account.fromEnvironment] where nothing is said.
     * @param transport what sends requests: OkHttp where it is on the class path, else the JDK's client, shared by all clients that
     *   are given none.
     * @param timeout how long an attempt may take, from its turn to the whole reply.
     * @param policy how often and how long to try.
     * @param timestampForm how requests are stamped.
     * @param onAttempt called after each attempt, for logs and metrics.
     * @param connectTimeout how long it may take until a connection stands.
     * @param maxConcurrent how many requests run at once. The others wait for their turn: that takes no time from theirs.
     * @param headers headers to send with each request.
     * @param onRequest called before each request with the operation, its message id, and which attempt of the operation it is; it
     *   returns headers to send with it, such as those of a trace.
     * @param onUncertain called whenever a call ends, or is cancelled, in doubt.
     * @param logger takes a line for each attempt, and a warning for each doubt: the platform's, named `qince.leads`, where there is one.
     *
     * What a hook throws is logged and passed over.
     * @throws IllegalArgumentException where a number is not more than 0, or a header cannot be sent.
     */
    public constructor(
        account: Account = Account.fromEnvironment(),
        transport: Transport = DEFAULT_TRANSPORT,
        timeout: Duration = 30.seconds,
        policy: Policy = Policy(),
        timestampForm: TimestampForm = TimestampForm.EPOCH_MS,
        onAttempt: ((Attempt) -> Unit)? = null,
        connectTimeout: Duration = CONNECT_TIMEOUT,
        maxConcurrent: Int = 10,
        headers: Map<String, String> = emptyMap(),
        onRequest: ((operation: String, msgId: String, number: Int) -> Map<String, String>?)? = null,
        onUncertain: ((QinceException.Uncertain) -> Unit)? = null,
        logger: Logger? = defaultLogger(),
    ) : this(
        account,
        transport,
        Settings(
            timeout,
            policy,
            timestampForm,
            onAttempt,
            connectTimeout,
            headers,
            onRequest,
            onUncertain,
            logger,
        ),
        turns(maxConcurrent),
    )

    /**
     * The same client with some options changed. It has the same transport, and takes turns with this one unless [maxConcurrent] is
     * given.
     */
    public fun withOptions(
        timeout: Duration = settings.timeout,
        policy: Policy = settings.policy,
        timestampForm: TimestampForm = settings.timestampForm,
        onAttempt: ((Attempt) -> Unit)? = settings.onAttempt,
        connectTimeout: Duration = settings.connectTimeout,
        maxConcurrent: Int? = null,
        headers: Map<String, String> = settings.headers,
        onRequest: ((operation: String, msgId: String, number: Int) -> Map<String, String>?)? = settings.onRequest,
        onUncertain: ((QinceException.Uncertain) -> Unit)? = settings.onUncertain,
        logger: Logger? = settings.logger,
    ): QinceLeads {
        val changed =
            Settings(timeout, policy, timestampForm, onAttempt, connectTimeout, headers, onRequest, onUncertain, logger)
        return QinceLeads(account, transport, changed, maxConcurrent?.let(::turns) ?: turns)
    }

    override suspend fun other(path: String, payload: Json, repeat: Boolean, options: CallOptions?): Receipt =
        run(Other(path, payload, repeat), options)

    override fun <L : Record> pages(query: Query<L>, options: CallOptions?): Flow<Page<L>> = flow {
        val pages = Pages(query)
        while (true) {
            val page = run(pages.nextQuery() ?: break, options)
            val new = reading(page.reply) { Page(pages.take(page), page.msgId, page.faults, page.reply) }
            if (new.isNotEmpty() || new.faults.isNotEmpty()) emit(new)
        }
    }

    override fun <L : Record> scan(query: Query<L>, options: CallOptions?): Flow<L> =
        flow { pages(query, options).collect { page -> page.forEach { emit(it) } } }

    override suspend fun <R> run(request: Request<R>, options: CallOptions?, byCode: Boolean): R {
        val call = Call(account, request, options?.policy ?: settings.policy, settings.timestampForm, byCode)
        try {
            return Running(call, options).result()
        } finally {
            call.free()
        }
    }

    /** A call under way. */
    private inner class Running<R>(private val call: Call<R>, private val options: CallOptions?) {
        private val clock = CallClock()

        private var reply: RawReply? = null

        suspend fun result(): R {
            try {
                while (true) {
                    val step = turns.withPermit { turn() }
                    if (step is Step.Done) return step.result
                    clock.waitUntil((step as Step.WaitUntil).timeMs)
                }
            } catch (ended: Throwable) {
                val open = if (ended is QinceException) ended else call.giveUp(clock.nowMs())
                if (open !== ended && call.lastAttempt?.outcome == CANCELLED) observe()
                if (open is QinceException.Uncertain) report(open)
                if (open == null || open === ended) throw ended
                // Calls that are cancelled together share one exception, but not what this one leaves open.
                val own = if (ended is CancellationException) CancellationException(ended.message, ended) else ended
                own.addSuppressed(open)
                throw own
            }
        }

        /** Sends what is due, and says what comes then: nothing is signed before its turn. */
        private suspend fun turn(): Step<R> {
            while (true) {
                val step = reading(reply) { call.step(clock.nowMs(), randomId(), RANDOM.nextDouble()) }
                if (step !is Step.Send) return step
                send(step.request, step.number)
                observe()
                currentCoroutineContext().ensureActive()
            }
        }

        private suspend fun send(request: SignedRequest, number: Int) {
            reply = null
            try {
                val own = listOf(userAgent, settings.headers, options?.headers.orEmpty(), asked(request, number))
                val came = transmit(request.with(merged(own)))
                reply = came
                reading(came) { call.replied(request.msgId, clock.nowMs(), came) }
            } catch (error: Exception) {
                // A transport may be cancelled for reasons of its own, which is a failure like any other.
                if (error is CancellationException) currentCoroutineContext().ensureActive()
                val failure = if (error is NotSentException) Failure.NOT_SENT else Failure.UNKNOWN
                call.failed(request.msgId, clock.nowMs(), failure, request.retold(error))
            }
        }

        private suspend fun transmit(request: SignedRequest): RawReply {
            val timeout = options?.timeout ?: settings.timeout
            if (transport is ShippedTransport) return telling { transport.send(request, timeout, settings.connectTimeout) }
            return withTimeoutOrNull(timeout) { telling { transport.send(request, timeout) } }
                ?: throw TimeoutException("no whole reply within $timeout")
        }

        /** What the host wants to send with this request. */
        private fun asked(request: SignedRequest, number: Int): Map<String, String> {
            val onRequest = settings.onRequest ?: return emptyMap()
            return attended("onRequest") { onRequest(request.operation, request.msgId, number)?.let(::checked) }.orEmpty()
        }

        private fun observe() {
            if (settings.onAttempt == null && !isLogged(Logger.Level.DEBUG)) return
            val attempt = call.lastAttempt ?: return
            log(Logger.Level.DEBUG, attempt.line)
            settings.onAttempt?.let { attended("onAttempt") { it(attempt) } }
        }

        private fun report(open: QinceException.Uncertain) {
            call.doubtLine?.let { log(Logger.Level.WARNING, it) }
            settings.onUncertain?.let { attended("onUncertain") { it(open) } }
        }
    }

    private fun <T> attended(hook: String, call: () -> T): T? =
        guarded(call).onFailure { log(Logger.Level.WARNING, "$hook threw $it") }.getOrNull()

    private fun log(level: Logger.Level, line: String) {
        // Where the logger fails, there is nowhere to say so.
        guarded { if (isLogged(level)) settings.logger?.log(level, line) }
    }

    private fun isLogged(level: Logger.Level) = guarded { settings.logger?.takes(level) }.getOrNull() == true

    /** Tells the account's address, and the transport if it is of this SDK. */
    override fun toString(): String = "QinceLeads($account${(transport as? ShippedTransport)?.let { ", $it" }.orEmpty()})"
}

private fun turns(maxConcurrent: Int): Semaphore {
    require(maxConcurrent > 0) { "maxConcurrent must be more than 0" }
    return Semaphore(maxConcurrent)
}

/** Tells of a request that surely was not sent even where that is said beside a cancellation, as the transports of this SDK do. */
private inline fun <T> telling(send: () -> T): T = try {
    send()
} catch (cancelled: CancellationException) {
    throw cancelled.suppressed.firstOrNull { it is NotSentException } ?: cancelled
}

/** Whoever only looks on must not make the call fail, unless the machine itself does. */
private inline fun <T> guarded(call: () -> T): Result<T> = runCatching(call).onFailure { if (it is VirtualMachineError) throw it }

/** The outcome of an attempt that was under way when its call was given up. */
private const val CANCELLED = "cancelled"

/** A reply of fewer bytes, folded or not, is read in less time than a change of threads takes: one to a write, say. */
private const val LONG = 4096

/** Reads a reply, elsewhere than on the thread of the caller if it is long. */
private suspend fun <T> reading(reply: RawReply?, read: () -> T): T =
    if (reply != null && reply.body.size >= LONG) withContext(Dispatchers.Default) { read() } else read()

private val RANDOM = SecureRandom()

private fun randomId() = UUID.randomUUID().toString().replace("-", "")
