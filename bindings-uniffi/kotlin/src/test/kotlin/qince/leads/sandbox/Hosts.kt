package qince.leads.sandbox

import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.sync.Semaphore
import kotlinx.coroutines.sync.withPermit
import qince.leads.Account
import qince.leads.Attempt
import qince.leads.JdkTransport
import qince.leads.OkHttpTransport
import qince.leads.Policy
import qince.leads.QinceLeads
import qince.leads.QueryApaasLeads
import qince.leads.QueryLeads
import qince.leads.TimestampForm
import qince.leads.Transport

/** How a client sends. */
enum class Kind(private val make: () -> Transport) {
    OKHTTP(::OkHttpTransport),
    JDK(::JdkTransport),
    ;

    /** One for all tests, as one is for all of a program. */
    val transport by lazy { make() }
}

internal val SWIFT = Policy(maxAttempts = 8, baseDelayMs = 2, maxDelayMs = 20)

internal fun account(
    openid: String = Environment.openid,
    appKey: String = Environment.appKey,
    baseUrl: String = Environment.baseUrl,
) = Account(openid, appKey, baseUrl)

/** A client of the sandbox that waits only shortly between attempts, and what it sent. */
internal class Host(
    kind: Kind,
    policy: Policy = SWIFT,
    timeout: Duration = 5.seconds,
    account: Account = account(),
    timestampForm: TimestampForm = TimestampForm.EPOCH_MS,
) {
    private val seen = ConcurrentLinkedQueue<Attempt>()
    val leads = QinceLeads(account, kind.transport, timeout, policy, timestampForm, seen::add)

    val attempts: List<Attempt> get() = seen.toList()

    /** The attempts since this was asked last, each as in `add unknown`. */
    fun trace(): List<String> = generateSequence(seen::poll).map { "${it.operation} ${it.outcome}" }.toList()

    suspend fun find(query: QueryLeads) = leads.query(query).toList()

    suspend fun find(query: QueryApaasLeads) = leads.queryApaas(query).toList()
}

/** Does something for each of the elements, some of them at once. */
internal suspend fun <E, T> forEach(elements: Iterable<E>, atOnce: Int = 32, work: suspend (E) -> T): List<T> = coroutineScope {
    val slots = Semaphore(atOnce)
    elements.map { async(Dispatchers.Default) { slots.withPermit { work(it) } } }.awaitAll()
}
