package qince.leads

import java.util.concurrent.CopyOnWriteArrayList
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.SendChannel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Semaphore
import qince.leads.internal.CorePace

/** What came of one lead of many. */
public sealed interface LeadOutcome<out L> {
    /** Its place among the leads that were given, from 0. */
    public val index: Int

    /** The lead as it was given. */
    public val lead: L

    /** `ok`, or the code of the error. */
    public val outcome: String

    /** It was added: this is what the service answered. */
    public data class Added<out L>(override val index: Int, override val lead: L, val receipt: Receipt) : LeadOutcome<L> {
        override val outcome: String get() = "ok"
    }

    /** It was not added, or nobody knows: [QinceException.Uncertain]. */
    public data class Failed<out L>(override val index: Int, override val lead: L, val error: QinceException) : LeadOutcome<L> {
        override val outcome: String get() = error.code
    }
}

/**
 * The outcomes of many adds in the order in which they end: see [LeadsClient.addMany]. Each collection adds all leads.
 *
 * Where a collection ends early or is cancelled, what is under way is cancelled, too: of what may have been carried out by
 * then, [unread] holds an [QinceException.Uncertain], which is told as any doubt is.
 */
public class AddMany<L : Request<Receipt>> internal constructor(
    private val leads: Flow<L>,
    private val atOnce: Int,
    private val perSecond: Double?,
    private val add: suspend (L) -> Receipt,
) : Flow<LeadOutcome<L>> {
    private val left = CopyOnWriteArrayList<LeadOutcome<L>>()

    init {
        require(atOnce > 0) { "atOnce must be more than 0" }
        pace()
    }

    /**
     * Outcomes of adds that were begun, but not handed out, because a collection ended early. What was cancelled before anything of it
     * was sent has none.
     */
    public val unread: List<LeadOutcome<L>> get() = left

    override suspend fun collect(collector: FlowCollector<LeadOutcome<L>>): Unit = coroutineScope {
        // What has ended waits until it is handed out: so no more are begun. What is on its way to a collector that has gone is left.
        val ended = Channel<LeadOutcome<L>>(Channel.RENDEZVOUS, onUndeliveredElement = left::add)
        launch { ended.close(addAll(ended)) }
        for (outcome in ended) collector.emit(outcome)
    }

    /** Adds all leads, and says what they threw where they were read. */
    private suspend fun addAll(ended: SendChannel<LeadOutcome<L>>): Throwable? = coroutineScope {
        val turns = Semaphore(atOnce)
        val pace = pace()
        val clock = CallClock()
        var index = 0
        try {
            turns.acquire()
            leads.collect { lead ->
                pace?.let { clock.waitUntil(it.nextMs(clock.nowMs())) }
                val place = index++
                launch {
                    ended.send(outcome(place, lead))
                    turns.release()
                }
                // Another lead is read only where it may begin.
                turns.acquire()
            }
            null
        } catch (broken: Throwable) {
            // Leads may be cancelled for reasons of their own. What was begun ends, and is handed out, before that is thrown.
            ensureActive()
            broken
        }
    }

    private suspend fun outcome(index: Int, lead: L): LeadOutcome<L> = try {
        LeadOutcome.Added(index, lead, add(lead))
    } catch (error: QinceException) {
        LeadOutcome.Failed(index, lead, error)
    } catch (cancelled: CancellationException) {
        cancelled.suppressed.firstNotNullOfOrNull { it as? QinceException.Uncertain }
            ?.let { left += LeadOutcome.Failed(index, lead, it) }
        throw cancelled
    }

    private fun pace() = perSecond?.let { option { CorePace(it) } }
}
