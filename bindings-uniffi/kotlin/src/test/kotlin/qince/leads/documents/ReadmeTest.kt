package qince.leads.documents

import java.net.InetAddress
import java.net.ServerSocket
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.Arguments
import org.junit.jupiter.params.provider.Arguments.arguments
import org.junit.jupiter.params.provider.MethodSource
import org.junit.jupiter.params.provider.ValueSource
import qince.leads.AddLead
import qince.leads.Failure
import qince.leads.Policy
import qince.leads.QinceException
import qince.leads.QinceLeads
import qince.leads.sandbox.Environment
import qince.leads.sandbox.Sandbox
import qince.leads.sandbox.account
import qince.leads.text.members
import qince.leads.text.readJson
import qince.leads.transport.RawServer

/** Every block of both READMEs compiles, and does what the text says. */
class ReadmeTest {
    @BeforeEach
    fun forget() {
        Sandbox.awaitLateRequests()
        Sandbox.forget()
    }

    @ParameterizedTest
    @ValueSource(strings = [ENGLISH, CHINESE])
    fun `every block has an expectation and every expectation a block`(name: String) {
        assertEquals(EXPECTATIONS.keys.sorted(), blocks(name).filterValues { it.language == "kotlin" }.keys.sorted())
        assertEquals(setOf("kotlin", "sh", "xml"), blocks(name).values.map { it.language }.toSet())
    }

    @Test
    fun `both languages hold the same code but for comments`() {
        fun told(name: String) = blocks(name).mapValues { (_, block) -> Triple(block.language, block.codeAlone, block.output) }
        assertEquals(told(ENGLISH), told(CHINESE))
    }

    @ParameterizedTest
    @ValueSource(strings = [ENGLISH, CHINESE, "examples/README.md"])
    fun `links lead to what exists`(name: String) {
        val document = Document(Environment.module.resolve(name))
        assertTrue(document.links.isNotEmpty())
        assertEquals(emptyList<String>(), document.links.filterNot(document::leadsSomewhere))
    }

    @ParameterizedTest
    @ValueSource(strings = [ENGLISH, CHINESE])
    fun `code keeps to the width`(name: String) {
        assertEquals(emptyList<String>(), blocks(name).values.flatMap { it.code.lines() }.filter { it.length > WIDTH })
    }

    @Test
    fun `the dependency is the one that the package is`() {
        val pom = Environment.module.resolve("pom.xml").text()
        val dependency = blocks(ENGLISH).values.single { it.language == "xml" }.code
        for (element in listOf("groupId", "artifactId", "version")) {
            val own = Regex("<$element>(.*?)</$element>").find(pom)!!.value
            assertTrue(own in dependency) { own }
        }
    }

    @Test
    fun `the sandbox is started by a command that exists`() {
        assertEquals("cargo run -p qince-sandbox\n", blocks(ENGLISH).values.single { it.language == "sh" }.code)
        assertTrue("name = \"qince-sandbox\"" in Environment.repository.resolve("tests/sandbox/Cargo.toml").text())
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("allBlocks")
    fun `code does what the text says`(name: String, key: String) {
        EXPECTATIONS.getValue(key)(Workpiece(name, key))
    }

    private class Workpiece(val document: String, val key: String) {
        val block = blocks(document).getValue(key)

        /** Not the translation, whose code is the same: what takes long is looked at once. */
        val isFirst = document == ENGLISH

        /** The lines that it prints. */
        fun lines(leads: QinceLeads = LEADS): List<String> =
            linesOf { WORKSHOP.function(packageOf(document, key), "block").runWith(leads) }

        fun mainLines(): List<String> = linesOf { WORKSHOP.function(packageOf(document, key), "main").invoke(null) }

        /** It must print what a text block after it says. */
        fun printsItsOutput() = assertEquals(block.output, lines().joinToString("\n"))
    }

    companion object {
        private const val ENGLISH = "README.md"
        private const val CHINESE = "README.zh-CN.md"
        private const val WIDTH = 120
        private val ID = Regex("4\\d{18}")
        private val LEADS = QinceLeads(account())

        /** Blocks that are files of their own, not statements. */
        private val FILES = setOf("First call 1", "Webhooks 1")

        /** The blocks by keys that are the same in both languages, whose headings differ. */
        private fun blocks(name: String): Map<String, Block> = BLOCKS.getValue(name)

        private val BLOCKS: Map<String, Map<String, Block>> = run {
            val documents = listOf(ENGLISH, CHINESE).associateWith { Document(Environment.module.resolve(it)).blocks }
            val headings = documents.getValue(ENGLISH).associate { it.section to it.heading }
            documents.mapValues { (_, blocks) ->
                blocks.groupBy { it.section }.flatMap { (section, own) ->
                    val kotlin = own.filter { it.language == "kotlin" }
                    own.map { block ->
                        val number = if (block.language == "kotlin") "${kotlin.indexOf(block) + 1}" else block.language
                        "${headings[section]} $number" to block
                    }
                }.toMap()
            }
        }

        private fun packageOf(document: String, key: String): String =
            (if (document == ENGLISH) "english." else "chinese.") + key.lowercase().replace(Regex("[^a-z0-9]+"), "_")

        private val WORKSHOP by lazy {
            Workshop(
                BLOCKS.flatMap { (document, blocks) ->
                    blocks.filterValues { it.language == "kotlin" }.map { (key, block) ->
                        packageOf(document, key) to if (key in FILES) block.code else asStatements(block.code)
                    }
                }.toMap(),
            )
        }

        @JvmStatic
        fun allBlocks(): List<Arguments> = BLOCKS.flatMap { (document, blocks) ->
            blocks.filterValues { it.language == "kotlin" }.keys.map { arguments(document, it) }
        }

        private fun add(lead: AddLead) = runBlocking { LEADS.add(lead) }

        private fun leadsOf(server: RawServer, policy: Policy = Policy(maxAttempts = 1)) =
            QinceLeads(account(baseUrl = server.url), policy = policy)

        private val EXPECTATIONS: Map<String, (Workpiece) -> Unit> = mapOf(
            "First call 1" to { work ->
                val (added, found) = work.mainLines()
                val id = Sandbox.leadsWithCode("L1").single().id
                assertTrue(ID.matches(id))
                assertEquals(listOf("added $id", "$id L1 示例公司"), listOf(added, found))
            },
            "What it does for you 1" to { work ->
                work.printsItsOutput()
                assertEquals(0, Sandbox.requests(), "nothing may be sent")
            },
            "What it does for you 2" to Workpiece::printsItsOutput,
            "Queries 1" to { work ->
                Sandbox.createLeads(1200)
                assertEquals(listOf("L1", "a page of 500", "a page of 500", "a page of 200", "1200 in all"), work.lines())
                // One page until the first, then twice three pages and the empty one that ends them.
                assertEquals(9, Sandbox.requests())
            },
            "Values 1" to Workpiece::printsItsOutput,
            "Errors 1" to { work ->
                assertEquals(listOf("1 线索不存在"), work.lines())
                if (work.isFirst) {
                    Sandbox.plan("rate" to 1, "kinds" to listOf("drop_before"))
                    val line = work.lines(QinceLeads(account(), policy = Policy(maxAttempts = 2, baseDelayMs = 1))).single()
                    assertTrue(line.matches(Regex(""".*Transport: .+ because of .*Exception.*"""))) { line }
                }
            },
            "Retries, time-outs, cancelling 1" to { work ->
                Sandbox.planNext("drop_before")
                assertEquals(listOf("add 1 unknown true", "query 1 ok true", "add 2 ok true"), work.lines())
                assertEquals(1, Sandbox.leadsWithCode("L3").size)
            },
            "Retries, time-outs, cancelling 2" to { work ->
                Sandbox.planNext("slow", slowMs = 1000)
                assertEquals(listOf("given up, and it may have been added", "out of time"), work.lines())
                Sandbox.forget()
                Sandbox.planNext("too_many")
                assertEquals(listOf("given up, and nothing was added", "out of time"), work.lines())
                assertEquals(0, Sandbox.leadsWithCode("L4").size)
            },
            "Options, hooks, raw replies 1" to { work ->
                Sandbox.planNext("drop_after")
                assertEquals(listOf("200 application/json;charset=UTF-8"), work.lines())
                if (work.isFirst) {
                    RawServer { }.use { server ->
                        val problem = assertThrows<QinceException.Uncertain> { work.lines(leadsOf(server)) }
                        assertEquals("L10", problem.leadCode)
                        val received = server.awaitRequest()
                        val msgId = received.requestLine.split(' ')[1].substringAfterLast('/')
                        assertEquals(listOf("web", "00-$msgId-add-1"), listOf("X-Team", "traceparent").map(received::header))
                    }
                }
            },
            "Webhooks 1" to { work ->
                val receive = WORKSHOP.receive(packageOf(work.document, work.key))
                for ((name, body, answer) in pushCases(Environment.pushSecret)) {
                    val (status, said) = receive(body, listOf("new secret", Environment.pushSecret))
                    assertEquals(answer, Answer.of(status as Int, said as String), name)
                }
                val stored = WORKSHOP.function(packageOf(work.document, work.key), "getStored").invoke(null) as Map<*, *>
                assertEquals(setOf("good", "other", "large"), stored.keys)
            },
            "Transports 1" to { work ->
                RawServer { received ->
                    val onward = HttpRequest.newBuilder(
                        URI(received.requestLine.split(' ')[1]),
                    ).header("Content-Type", received.header("Content-Type"))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(received.body)).build()
                    val response = HttpClient.newHttpClient().send(onward, HttpResponse.BodyHandlers.ofByteArray())
                    reply(response.statusCode(), response.body())
                }.use { proxy ->
                    System.setProperty("company.proxy", proxy.url.removePrefix("http://"))
                    val line = work.lines().single()
                    assertEquals(Sandbox.leadsWithCode("L5").single().id, line)
                    assertTrue(proxy.awaitRequest().requestLine.startsWith("POST http://"))
                }
            },
            "Transports 2" to { work ->
                val line = work.lines().single()
                assertEquals(Sandbox.leadsWithCode("L6").single().id, line)
                if (work.isFirst) sendsAsItStands(work)
            },
            "Many at once 1" to { work ->
                add(AddLead(cusName = "示例公司", empName = "负责人", code = "T7"))
                val outcomes = work.lines().associate { it.substringBefore(' ') to it.substringAfter(' ') }
                assertEquals(List(50) { "T$it" }, outcomes.keys.toList())
                assertEquals("rejected", outcomes["T7"])
                assertTrue((outcomes - "T7").values.all(ID::matches))
                assertEquals(50, Sandbox.leads().size)
            },
            "Many at once 2" to { work ->
                val lines = work.lines()
                val added = lines.dropLast(2).associate { it.substringBefore(' ') to it.substringAfter(' ') }
                assertEquals(List(50) { "M$it" }.toSet(), added.keys)
                assertTrue(added.values.all(ID::matches))
                assertEquals(listOf("公司 7", "true"), lines.takeLast(2))
                assertEquals(50, Sandbox.leads().size)
            },
            "Without a network 1" to { work ->
                Sandbox.createLeads(1)
                val (url, name) = work.lines()
                assertTrue(Regex(""".*/\*\*\*/\d{13}/\*\*\*/[-0-9a-f]{32,36}""").matches(url)) { url }
                assertEquals(Sandbox.leads().single().payload["cus_name"], qince.leads.text.Text(name))
            },
            "Without a network 2" to { work ->
                Sandbox.createLeads(3)
                Sandbox.planNext("error_500", "drop_after")
                assertEquals(listOf("L1", "L2", "L3"), work.lines().sorted())
            },
            "Without a network 3" to { work ->
                val (begun, isWaiting) = work.lines()
                assertTrue(begun.matches(Regex("""add \d{3}"""))) { begun }
                assertEquals("true", isWaiting)
                assertEquals(0, Sandbox.requests(), "nothing may be sent")
            },
            "Other endpoints 1" to { work ->
                RawServer { reply(200, """{"return_code":"0","response_data":[{"id":1.50}]}""") }.use { server ->
                    assertEquals(listOf("""[{"id":1.50}]"""), work.lines(leadsOf(server)))
                    val request = server.awaitRequest()
                    assertEquals("""{"cm_code":"C1"}""", request.body.decodeToString())
                    assertTrue("/api/customer/v1/queryCustomer/" in request.requestLine) { request.requestLine }
                }
            },
            "Secrets 1" to { work ->
                val (asked, signed) = work.lines()
                assertEquals("https://crm.example.com/qince/salesleads/v1/addSalesLeads/m1", asked)
                assertTrue(Regex(""".*/api/salesleads/v1/addSalesLeads/\*\*\*/\d{13}/\*\*\*/m1""").matches(signed)) { signed }
            },
            "Parameters that the SDK does not know 1" to { work ->
                // The sandbox knows no such parameter either, and refuses it.
                RawServer { reply(200, """{"return_code":"0"}""") }.use { server ->
                    work.lines(leadsOf(server))
                    val known = members("empName" to "负责人", "code" to "L8", "cus_name" to "示例公司", "new_parameter" to "1")
                    assertEquals(known, readJson(server.awaitRequest().body.decodeToString()))
                }
            },
            "Test your integration 1" to { work ->
                assertEquals(listOf("1"), work.lines())
                assertEquals(1, Sandbox.leadsWithCode("L9").size)
                assertEquals(1, Sandbox.faultsMet())
            },
            "Test your integration 2" to Workpiece::printsItsOutput,
            "Test your integration 3" to Workpiece::printsItsOutput,
        )

        /** A transport carries a call through, says what was not sent, and follows no redirects. */
        private fun sendsAsItStands(work: Workpiece) {
            Sandbox.forget()
            Sandbox.planNext("too_many", "drop_after")
            val began = System.nanoTime()
            assertEquals(work.lines(), Sandbox.leadsWithCode("L6").map { it.id })
            assertTrue(System.nanoTime() - began > 1_000_000_000) { "`Retry-After` is not handed on" }
            RawServer { reply(302, "", "Location: /elsewhere") }.use { server ->
                assertEquals(302, assertThrows<QinceException.HttpStatus> { work.lines(leadsOf(server)) }.status)
                server.awaitRequest()
                assertEquals(0, server.waiting)
            }
            val port = ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")).use { it.localPort }
            val problem = assertThrows<QinceException.Transport> {
                work.lines(QinceLeads(account(baseUrl = "http://127.0.0.1:$port"), policy = Policy(maxAttempts = 1)))
            }
            assertEquals(Failure.NOT_SENT, problem.failure)
            assertFalse(Environment.openid in problem.stackTraceToString())
        }
    }
}
