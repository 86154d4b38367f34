package qince.leads.benches

import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.TimeSource

private const val ROUNDS = 21
private val WARM_UP = 3.seconds
private val SLICE = 60.milliseconds

/** What the contenders come to, so that no compiler can leave their work out. */
@Volatile private var sink: Any? = null

/**
 * Our time in that of a peer, on a machine that changes its speed all the time: the median over rounds, in each of which
 * both are measured.
 */
fun costOf(ours: () -> Any, peer: () -> Any): Double {
    // Both are warm before either is counted: the first to run would else be compiled for itself alone.
    repeat(2) { listOf(ours, peer).forEach { callsIn(WARM_UP / 2, it) } }
    val (our, their) = listOf(ours, peer).map { Contender(it, maxOf(1, callsIn(SLICE, it))) }
    val ratios =
        List(ROUNDS) { round ->
            val (first, second) = if (round % 2 == 0) our to their else their to our
            // In this order, a machine that grows slower at an even pace does as much to the one as to the other.
            listOf(first, second, second, first).forEach { it.slice() }
            our.spent() / their.spent()
        }
    return ratios.sorted()[ROUNDS / 2]
}

private class Contender(private val run: () -> Any, private val calls: Int) {
    private var spent = Duration.ZERO

    fun slice() {
        val start = TimeSource.Monotonic.markNow()
        repeat(calls) { sink = run() }
        spent += start.elapsedNow()
    }

    /** The time of a call since this was asked last. */
    fun spent(): Duration = (spent / calls).also { spent = Duration.ZERO }
}

private fun callsIn(time: Duration, run: () -> Any): Int {
    val start = TimeSource.Monotonic.markNow()
    var calls = 0
    while (start.elapsedNow() < time) {
        sink = run()
        calls++
    }
    return calls
}
