package qince.leads

import java.util.concurrent.CopyOnWriteArrayList
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.channelFlow
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

    /** Outcomes of adds that were begun, but not handed out, because a collection ended early. */
    public val unread: List<LeadOutcome<L>> get() = left

    override suspend fun collect(collector: FlowCollector<LeadOutcome<L>>): Unit =
        // What has ended waits until it is handed out: so no more are begun.
        outcomes().buffer(Channel.RENDEZVOUS).collect(collector)

    private fun outcomes() = channelFlow {
        val turns = Semaphore(atOnce)
        val pace = pace()
        val clock = CallClock()
        var failure: Throwable? = null
        coroutineScope {
            var index = 0
            try {
                turns.acquire()
                leads.collect { lead ->
                    pace?.let { clock.waitUntil(it.nextMs(clock.nowMs())) }
                    val place = index++
                    launch {
                        hand(outcome(place, lead)) { send(it) }
                        turns.release()
                    }
                    // Another lead is read only where it may begin.
                    turns.acquire()
                }
            } catch (cancelled: CancellationException) {
                throw cancelled
            } catch (broken: Throwable) {
                // What was begun ends, and is handed out, before that is thrown.
                failure = broken
            }
        }
        failure?.let { throw it }
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

    private suspend fun hand(outcome: LeadOutcome<L>, send: suspend (LeadOutcome<L>) -> Unit) {
        try {
            send(outcome)
        } catch (cancelled: CancellationException) {
            left += outcome
            throw cancelled
        }
    }

    private fun pace() = perSecond?.let { core { CorePace(it) } }
}
