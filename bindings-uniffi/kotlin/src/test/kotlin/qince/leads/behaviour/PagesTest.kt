package qince.leads.behaviour

import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import qince.leads.Lead
import qince.leads.LeadSort
import qince.leads.Pages
import qince.leads.QinceException
import qince.leads.QueryApaasLeads
import qince.leads.QueryLeads

/** The pager, page by page. */
class PagesTest {
    private fun leads(vararg ids: String?) = ids.map { Lead(id = it) }

    @Test
    fun `a scan asks page by page until one is empty`() {
        val pages = Pages(QueryLeads(code = "c"))
        assertEquals(QueryLeads(code = "c", page = 1, pageSize = 1000), pages.nextQuery())
        assertEquals(leads("1", "2"), pages.take(leads("1", "2")))
        assertEquals(2, (pages.nextQuery() as QueryLeads).page)
        assertEquals(emptyList<Lead>(), pages.take(emptyList()))
        assertNull(pages.nextQuery())
        assertNull(pages.nextQuery())
    }

    @Test
    fun `a scan begins at the page that the query names and keeps all else`() {
        val query = QueryApaasLeads(code = "c", sorts = listOf(LeadSort(fieldKey = "id")), page = 3, pageSize = 7)
        assertEquals(query, Pages(query).nextQuery())
    }

    @Test
    fun `a page that was asked for is asked for again until it is taken`() {
        val pages = Pages(QueryLeads(code = "c"))
        repeat(3) { assertEquals(1, (pages.nextQuery() as QueryLeads).page) }
    }

    @Test
    fun `leads that shifted onto the next page are handed out once`() {
        val pages = Pages(QueryLeads(code = "c"))
        pages.nextQuery()
        pages.take(leads("1", "2"))
        pages.nextQuery()
        assertEquals(leads("3"), pages.take(leads("2", "3")))
    }

    @Test
    fun `a lead comes once however far apart it comes again`() {
        val pages = Pages(QueryLeads(code = "c"))
        pages.take(leads("1", "2"))
        pages.take(leads("3"))
        assertEquals(leads("4"), pages.take(leads("1", "4", "4")))
        val nameless = Lead(id = "", cusName = "甲")
        assertEquals(listOf(nameless), pages.take(listOf(nameless, nameless)))
        assertEquals(listOf(Lead(id = "", cusName = "乙")), pages.take(listOf(nameless, Lead(id = "", cusName = "乙"))))
    }

    @Test
    fun `pages that do not turn end a scan with an error`() {
        val pages = Pages(QueryLeads(code = "c"))
        pages.nextQuery()
        pages.take(leads("1", "2"))
        repeat(2) {
            pages.nextQuery()
            assertEquals(emptyList<Lead>(), pages.take(leads("2", "1")))
        }
        pages.nextQuery()
        assertThrows<QinceException.Malformed> { pages.take(leads("1", "2")) }
        assertNull(pages.nextQuery())
    }

    @Test
    fun `leads without an id are told apart by all that they say`() {
        val pages = Pages(QueryLeads(code = "c"))
        pages.nextQuery()
        val page = listOf(Lead(code = "a"), Lead(code = "b"), Lead(code = LONE))
        assertEquals(page, pages.take(page))
        pages.nextQuery()
        assertEquals(listOf(Lead(code = "c")), pages.take(listOf(Lead(code = "b"), Lead(code = "c"))))
    }

    @Test
    fun `a query that breaks a rule is told so when it is signed`() {
        val query = Pages(QueryLeads()).nextQuery()!!
        assertEquals(listOf("" to "required_one_of"), violations { query.validate() })
    }
}
