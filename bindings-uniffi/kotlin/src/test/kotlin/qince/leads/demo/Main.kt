@file:JvmName("MainKt")

package qince.leads.demo

import kotlin.system.exitProcess
import kotlinx.coroutines.runBlocking
import qince.leads.QinceException

private val STEPS: List<Pair<String, suspend (Stage) -> Unit>> = listOf(
    "Seven operations, with the vendor's own samples" to ::showOperations,
    "2,500 leads, page by page" to ::showScan,
    "A payload with four faults: refused before anything is sent" to ::showInvalid,
    "A code that exists already: refused by the service" to ::showRejected,
    "The reply to an add is lost: the add is settled, not repeated" to ::showUncertain,
    "A follow-up is pushed to a webhook, and a forged one turned away" to ::showPush,
)

/**
 * The main job, end to end, against a running sandbox that the QINCE_ variables of the environment name.
 *
 * Seven operations, a scan, refusals, an uncertain add that is settled, and a push. What is not as it should be ends it
 * with an error.
 */
fun main() {
    val problem = runBlocking { runDemo() }
    if (problem != null) System.err.println(problem)
    exitProcess(if (problem == null) 0 else 1)
}

/** What is not as it should be, or null. */
internal suspend fun runDemo(): String? {
    val stage = try {
        Stage()
    } catch (error: AssertionError) {
        return "error: ${error.message}"
    }
    Screen.title(stage.baseUrl)
    STEPS.forEachIndexed { i, (title, show) ->
        Screen.step(i + 1, title)
        try {
            show(stage)
        } catch (error: AssertionError) {
            return wrong(i + 1, error)
        } catch (error: QinceException) {
            return wrong(i + 1, error)
        }
    }
    Screen.summary(stage.summary())
    return null
}

private fun wrong(step: Int, error: Throwable) = "\nerror: step $step is not as it should be: ${error.message}"

/** Makes sure that something is as it should be. */
internal fun expect(isSo: Boolean, otherwise: () -> String) {
    if (!isSo) throw AssertionError(otherwise())
}
