package qince.leads.demo

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import qince.leads.documents.linesOf
import qince.leads.sandbox.Environment

/** The demo comes to its end, says so, and shows no secret. */
class DemoTest {
    @Test
    fun `all six steps are as they should be`() {
        var problem: String? = "it did not run"
        val lines = linesOf { problem = runBlocking { runDemo() } }
        assertNull(problem)
        assertEquals(6, lines.count { it.matches(Regex("\\d  .+")) })
        assertTrue(lines.last().startsWith("All as it should be: six steps, "))
        for (secret in listOf(Environment.appKey, Environment.openid, Environment.pushSecret)) {
            assertFalse(lines.any { secret in it })
        }
    }
}
