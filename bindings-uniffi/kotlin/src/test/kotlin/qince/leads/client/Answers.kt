package qince.leads.client

import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CopyOnWriteArrayList
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.awaitCancellation
import qince.leads.Account
import qince.leads.Attempt
import qince.leads.Policy
import qince.leads.QinceLeads
import qince.leads.RawReply
import qince.leads.SignedRequest
import qince.leads.TimestampForm
import qince.leads.Transport
import qince.leads.behaviour.AT_ONCE
import qince.leads.behaviour.account

/** What a transport does about a request. */
internal typealias Answer = suspend (SignedRequest) -> RawReply

/** A transport that answers by a list. */
internal class Answers(vararg answers: Answer) : Transport {
    private val answers = ConcurrentLinkedQueue(answers.toList())
    val sent = CopyOnWriteArrayList<SignedRequest>()
    val timeouts = CopyOnWriteArrayList<Duration>()

    val operations get() = sent.map { it.operation }

    override suspend fun send(request: SignedRequest, timeout: Duration): RawReply {
        sent += request
        timeouts += timeout
        val answer = answers.poll() ?: throw AssertionError("nothing more was to be sent")
        return answer(request)
    }
}

internal fun says(reply: RawReply): Answer = { reply }

internal fun throws(problem: Throwable): Answer = { throw problem }

/** Answers never, and notes that it began and that it was cancelled. */
internal class Hanging {
    val began = CompletableDeferred<Unit>()
    val ended = CompletableDeferred<Throwable>()

    val answer: Answer = {
        began.complete(Unit)
        try {
            awaitCancellation()
        } catch (cancelled: Throwable) {
            ended.complete(cancelled)
            throw cancelled
        }
    }
}

/** A client and the attempts that its observer saw. */
internal class Watched(
    transport: Transport,
    policy: Policy = AT_ONCE,
    timeout: Duration = 30.seconds,
    timestampForm: TimestampForm = TimestampForm.EPOCH_MS,
    account: Account = account(),
) {
    val attempts = CopyOnWriteArrayList<Attempt>()
    val leads = QinceLeads(account, transport, timeout, policy, timestampForm, attempts::add)

    /** The attempts, each as in `add unknown`. */
    val trace get() = attempts.map { "${it.operation} ${it.outcome}" }
}
