package qince.leads.client

import java.io.IOException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.takeWhile
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertSame
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import qince.leads.Policy
import qince.leads.QinceException
import qince.leads.QueryApaasLeads
import qince.leads.QueryLeads
import qince.leads.behaviour.EMPTY
import qince.leads.behaviour.reply
import qince.leads.behaviour.rows

/** Queries as flows: they ask when they are asked. */
class ScanTest {
    private val query = QueryLeads(code = "c", pageSize = 2)
    private val two = listOf(says(rows(mapOf("id" to 1), mapOf("id" to 2))), says(rows(mapOf("id" to 3))), says(EMPTY))

    @Test
    fun `leads come page by page until a page is empty`() = runBlocking {
        val answers = Answers(*two.toTypedArray())
        assertEquals(listOf("1", "2", "3"), Watched(answers).leads.query(query).toList().map { it.id })
        assertEquals(listOf(1, 2, 3), answers.sent.map { QueryLeads.fromJson(it.body).page })
        assertEquals(listOf(2, 2, 2), answers.sent.map { QueryLeads.fromJson(it.body).pageSize })
    }

    @Test
    fun `aPaaS leads come by a query of their own`() = runBlocking {
        val answers = Answers(says(rows(mapOf("id" to 1, "company_name" to "示例公司"))), says(EMPTY))
        val leads = Watched(answers).leads.queryApaas(QueryApaasLeads(code = "c")).toList()
        assertEquals("示例公司", leads.single().companyName)
        assertEquals(listOf("query_apaas", "query_apaas"), answers.operations)
    }

    @Test
    fun `nothing is sent before it is collected and no page beyond the last lead that is taken`() = runBlocking {
        val answers = Answers(*two.toTypedArray())
        val scan = Watched(answers).leads.query(query)
        assertEquals(0, answers.sent.size)
        assertEquals("1", scan.first().id)
        assertEquals(1, answers.sent.size)
    }

    @Test
    fun `taking some ends the scan`() = runBlocking {
        for (taken in 1..2) {
            val answers = Answers(two[0])
            assertEquals(taken, Watched(answers).leads.query(query).take(taken).toList().size)
            assertEquals(1, answers.sent.size)
        }
        val answers = Answers(*two.toTypedArray())
        assertEquals(listOf("1", "2"), Watched(answers).leads.query(query).takeWhile { it.id != "3" }.toList().map { it.id })
        assertEquals(2, answers.sent.size)
    }

    @Test
    fun `each collection begins anew`() = runBlocking {
        val answers = Answers(*(two + two).toTypedArray())
        val scan = Watched(answers).leads.query(query)
        assertEquals(scan.toList(), scan.toList())
        assertEquals(listOf(1, 2, 3, 1, 2, 3), answers.sent.map { QueryLeads.fromJson(it.body).page })
    }

    @Test
    fun `a scan may be read page by page`() = runBlocking {
        val pages = Watched(Answers(*two.toTypedArray())).leads.pages(query).map { page -> page.map { it.id } }.toList()
        assertEquals(listOf(listOf("1", "2"), listOf("3")), pages)
    }

    @Test
    fun `leads that shifted onto the next page come once`() = runBlocking {
        val answers = Answers(two[0], says(rows(mapOf("id" to 2), mapOf("id" to 3))), says(EMPTY))
        assertEquals(listOf("1", "2", "3"), Watched(answers).leads.query(query).toList().map { it.id })
    }

    @Test
    fun `a page that fails is tried again without losing a lead`() = runBlocking {
        val watched = Watched(Answers(two[0], throws(IOException()), two[1], two[2]))
        assertEquals(listOf("1", "2", "3"), watched.leads.query(query).toList().map { it.id })
        assertEquals(listOf("query ok", "query unknown", "query ok", "query ok"), watched.trace)
    }

    @Test
    fun `a page that fails for good ends the scan behind the leads that came`() = runBlocking {
        val leads = Watched(Answers(two[0], throws(IOException())), Policy(maxAttempts = 1)).leads
        val came = ArrayList<String?>()
        val problem = runCatching { leads.query(query).collect { came += it.id } }.exceptionOrNull()
        assertTrue(problem is QinceException.Transport) { "$problem" }
        assertEquals(listOf<String?>("1", "2"), came)
    }

    @Test
    fun `a service that does not turn its pages ends the scan with an error`() = runBlocking {
        val problem = runCatching {
            Watched(Answers(two[0], two[0], two[0], two[0])).leads.query(query).toList()
        }.exceptionOrNull()
        assertTrue(problem is QinceException.Malformed) { "$problem" }
    }

    @Test
    fun `pages have faults and a page of nothing new is passed over unless it has`() = runBlocking {
        val odd = reply("""{"return_code":"0","msg_id":"m","response_data":[{"id":"1"},5,{"id":"2","linkman":["x"]}]}""")
        val answers = Answers(two[0], two[0], says(odd), says(EMPTY))
        val pages = Watched(answers).leads.pages(query).toList()
        assertEquals(listOf(listOf("1", "2"), emptyList()), pages.map { page -> page.map { it.id } })
        assertEquals(listOf(emptyList(), listOf("[1]", "[2].linkman")), pages.map { page -> page.faults.map { it.path } })
        assertEquals("m", pages[1].msgId)
    }

    @Test
    fun `a query that breaks a rule says so when it is collected`() = runBlocking {
        val scan = Watched(Answers()).leads.query(QueryLeads(page = 1))
        assertTrue(runCatching { scan.toList() }.exceptionOrNull() is QinceException.InvalidPayload)
    }

    @Test
    fun `what the collector throws comes through and is no failure of the query`() = runBlocking {
        val own = IllegalStateException("the collector's own")
        val watched = Watched(Answers(two[0]))
        assertSame(own, runCatching { watched.leads.query(query).onEach { throw own }.toList() }.exceptionOrNull())
        assertEquals(listOf("query ok"), watched.trace)
    }

    @Test
    fun `cancelling the collector cancels the request`() = runBlocking {
        val hanging = Hanging()
        val scan = Watched(Answers(two[0], hanging.answer)).leads.query(query)
        val job = launch(Dispatchers.Default) { scan.toList() }
        hanging.began.await()
        job.cancelAndJoin()
        assertTrue(hanging.ended.isCompleted)
    }

    @Test
    fun `two scans at once do not meet`() = runBlocking {
        val (one, other) = List(2) { Watched(Answers(*two.toTypedArray())).leads.query(query) }
        one.collect { first -> if (first.id == "1") assertEquals(3, other.toList().size) }
    }
}
