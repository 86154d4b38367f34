package qince.leads

import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.delay

/**
 * The time of one call: the clock of the host as it was at its start, and what has passed since by one that nobody sets.
 *
 * A wait has passed once its delay is over. So tests in which delays take no time see the call wait all the same.
 */
internal class CallClock {
    private val startMs = System.currentTimeMillis()
    private val startNs = System.nanoTime()
    private var skippedMs = 0L

    fun nowMs(): Long = startMs + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs) + skippedMs

    suspend fun waitUntil(timeMs: Long) {
        delay((timeMs - nowMs()).milliseconds)
        skippedMs += maxOf(0, timeMs - nowMs())
    }
}
