package qince.leads.conformance

import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.nio.file.Files
import java.nio.file.Path
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import qince.leads.sandbox.Environment
import qince.leads.text.Members
import qince.leads.text.Number
import qince.leads.text.json
import qince.leads.text.members
import qince.leads.text.readJson
import qince.leads.text.writeJson

/** The runner of the vectors fails where it must. */
class ConformanceTest {
    @TempDir
    lateinit var folder: Path

    private val passing = members(
        "name" to "passes",
        "kind" to "reply",
        "op" to "remove",
        "status" to 200,
        "body" to "{\"return_code\":\"0\"}",
        "expect" to mapOf("ok" to emptyMap<String, Any>()),
    )
    private val signed = members(
        "name" to "signed",
        "kind" to "sign",
        "op" to "remove",
        "account" to mapOf("openid" to "o", "app_key" to "k"),
        "stamp" to mapOf("now_ms" to 0, "msg_id" to "m"),
        "payload" to emptyMap<String, Any>(),
        "expect" to mapOf("violations" to listOf(mapOf("path" to "", "rule" to "required_one_of"))),
    )
    private val pushed = members(
        "name" to "pushed",
        "kind" to "push",
        "body" to "x",
        "secrets" to listOf("s"),
        "now_ms" to 0,
        "max_age_ms" to null,
        "expect" to mapOf("error" to mapOf("kind" to "malformed")),
    )
    private val send = members(
        "at" to 0,
        "expect" to mapOf("send" to mapOf("op" to "remove", "msg_id" to "m1", "timestamp" to "0")),
    )
    private val replied = members("at" to 1, "give" to mapOf("status" to 200, "body" to "{\"return_code\":\"0\"}"))
    private val done = members("at" to 1, "expect" to mapOf("done" to mapOf("ok" to emptyMap<String, Any>())))
    private val policy = members(
        "max_attempts" to 1,
        "base_delay_ms" to 1,
        "max_delay_ms" to 1,
        "deadline_ms" to null,
        "jitter" to 0,
    )
    private val call = members(
        "name" to "call",
        "kind" to "call",
        "op" to "remove",
        "account" to mapOf("openid" to "o", "app_key" to "k"),
        "payload" to mapOf("code" to "c"),
        "policy" to policy,
        "script" to listOf(send, replied, done),
    )
    private val ask = members("expect" to mapOf("page" to 1, "page_size" to 1000))
    private val end = members("expect" to mapOf("end" to true))
    private val none = members("give" to mapOf("ids" to emptyList<Any>()))
    private val scan = members(
        "name" to "scan",
        "kind" to "pages",
        "op" to "query",
        "payload" to mapOf("code" to "c"),
        "script" to listOf(ask, none, end),
    )

    private fun Members.with(vararg changes: Pair<String, Any?>) = members(*(entries + mapOf(*changes)).toList().toTypedArray())

    private fun Members.without(name: String) = Members(entries - name)

    private fun Members.withIn(name: String, vararg changes: Pair<String, Any?>) =
        with(name to (get(name) as Members).with(*changes))

    private fun file(name: String, vararg cases: Any?) = file(name, writeJson(members("cases" to cases.toList())))

    private fun file(name: String, text: String): Path =
        folder.resolve(name).also { Files.createDirectories(it.parent) }.let { Files.writeString(it, text) }

    /** Runs what is in the folder: the lines printed, and whether all is well. */
    private fun run(from: Path = folder): Pair<List<String>, Boolean> {
        val printed = ByteArrayOutputStream()
        val isWell = runVectors(from, PrintStream(printed, true, Charsets.UTF_8))
        return printed.toString(Charsets.UTF_8).trimEnd('\n').lines() to isWell
    }

    @Test
    fun `the project's own vectors pass`() {
        val (lines, isWell) = run(Environment.repository.resolve("tests/vectors"))
        assertTrue(isWell) { lines.take(20).joinToString("\n") }
        assertTrue(lines.single().matches(Regex("kotlin: \\d{4,} passed, 0 failed"))) { lines.single() }
    }

    @Test
    fun `what is as expected passes in files below the folder too`() {
        file("a.json", passing, signed, pushed)
        file("below/b.json", call, scan)
        file("c.txt", "not looked at")
        assertEquals(listOf("kotlin: 5 passed, 0 failed") to true, run())
    }

    @Test
    fun `another expectation fails and says what came`() {
        file("a.json", passing.with("expect" to mapOf("ok" to mapOf("id" to "7"))))
        val (lines, isWell) = run()
        assertEquals(false, isWell)
        assertEquals(
            listOf(
                "FAILED passes",
                "  reply: expected {\"ok\":{\"id\":\"7\"}}",
                "  reply: came     {\"ok\":{}}",
                "kotlin: 0 passed, 1 failed",
            ),
            lines,
        )
    }

    @Test
    fun `a wrong expectation of any kind fails`() {
        val wrong = listOf(
            signed.with("expect" to mapOf("error" to "invalid_account")),
            signed.with("expect" to mapOf("violations" to emptyList<Any>())),
            signed.with("payload" to mapOf("code" to "c"), "expect" to mapOf("url" to "u", "body" to "b")),
            passing.with("expect" to mapOf("error" to mapOf("kind" to "malformed"))),
            passing.with("body" to "x", "expect" to mapOf("error" to mapOf("kind" to "malformed", "path" to "p"))),
            passing.with(
                "status" to 500,
                "body" to "",
                "expect" to mapOf("error" to mapOf("kind" to "http_status", "status" to 501)),
            ),
            pushed.with("expect" to mapOf("error" to mapOf("kind" to "stale"))),
            call.with(
                "script" to listOf(send.withIn("expect", "send" to mapOf("op" to "add", "msg_id" to "m1", "timestamp" to "0"))),
            ),
            call.with("script" to listOf(send, replied, members("at" to 1, "expect" to mapOf("wait_until" to 1)))),
            scan.with("script" to listOf(members("expect" to mapOf("page" to 2, "page_size" to 1000)))),
            scan.with("script" to listOf(ask, none, ask)),
        )
        wrong.forEachIndexed { i, case -> file("$i.json", case.with("name" to "wrong $i")) }
        val (lines, isWell) = run()
        assertEquals(false to "kotlin: 0 passed, ${wrong.size} failed", isWell to lines.last())
    }

    @Test
    fun `what is not understood fails`() {
        val notUnderstood = listOf<Any?>(
            passing.with(
                "kind" to "stream",
            ),
            passing.with("kind" to listOf("sign")), passing.with("kind" to null), passing.with("name" to 5),
            passing.with(
                "more" to 1,
            ),
            passing.with("more" to null), passing.with("op" to "addApaas"), passing.with("op" to listOf("add")),
            passing.with(
                "body" to 5,
            ),
            passing.with("status" to "200"), passing.with("status" to true), passing.with("expect" to null),
            passing.with("expect" to emptyMap<String, Any>()), passing.with("body_base64" to "e30="), passing.without("body"),
            passing.without("body").with("body_base64" to "e30*"), passing.withIn("expect", "more" to 1),
            passing.withIn(
                "expect",
                "error" to null,
            ),
            passing.with(
                "expect" to mapOf("ok" to mapOf("more" to null)),
            ),
            passing.with("expect" to mapOf("ok" to mapOf("leads" to emptyList<Any>()))),
            passing.with("body" to "\ud800"),
            signed.withIn("account", "more" to null), signed.withIn("stamp", "more" to null),
            signed.withIn(
                "stamp",
                "form" to "iso",
            ),
            signed.withIn("expect", "more" to null), signed.with("expect" to mapOf("url" to "u")),
            signed.with(
                "expect" to mapOf("violations" to listOf(mapOf("path" to "", "rule" to "required_one_of", "more" to null))),
            ),
            pushed.with(
                "secrets" to "s",
            ),
            pushed.with("more" to null), pushed.with("expect" to mapOf("ok" to emptyMap<String, Any>())),
            pushed.with("expect" to mapOf("error" to mapOf("kind" to "malformed", "more" to null))),
            call.withIn("policy", "more" to null), call.withIn("policy", "jitter" to "0"), call.withIn("account", "more" to null),
            call.with(
                "script" to listOf(send.with("more" to null)),
            ),
            call.with("script" to listOf(send.with("give" to mapOf("failed" to "unknown")))),
            call.with("script" to listOf(send, members("at" to 0, "give" to mapOf("failed" to "never")), send)),
            call.with("script" to listOf(send, replied.withIn("give", "more" to null), done)),
            call.with("script" to listOf(members("at" to 0, "give" to mapOf("failed" to "unknown")), send)),
            call.with(
                "script" to listOf(send, replied, replied, done),
            ),
            call.with("script" to listOf(send, replied)), call.with("script" to emptyList<Any>()),
            scan.with("op" to "remove"), scan.with("more" to null), scan.with("script" to listOf(ask.with("more" to null))),
            scan.with(
                "script" to listOf(none, ask),
            ),
            scan.with("script" to listOf(ask, none)), scan.with("script" to emptyList<Any>()),
            "text", null, 5,
        )
        notUnderstood.forEachIndexed { i, case ->
            file("$i.json", if (case is Members && case["name"] != json(5)) case.with("name" to "case $i") else case)
        }
        val (lines, isWell) = run()
        assertEquals(false to "kotlin: 0 passed, ${notUnderstood.size} failed", isWell to lines.last())
    }

    @Test
    fun `a name that comes twice fails`() {
        file("a.json", passing)
        file("b.json", passing)
        assertEquals("kotlin: 1 passed, 1 failed", run().first.last())
    }

    @Test
    fun `a file that is no suite fails and the others run`() {
        val broken =
            listOf("", "[]", "{}", "{\"cases\":{}}", "{\"cases\":[]", "{\"cases\":[],\"more\":1}", "{\"cases\":[],\"cases\":[]}")
        broken.forEachIndexed { i, text -> file("broken$i.json", text) }
        Files.write(folder.resolve("bytes.json"), "{\"cases\":[]}".toByteArray() + byteArrayOf(-1))
        file("good.json", passing)
        val (lines, isWell) = run()
        assertEquals(false to "kotlin: 1 passed, ${broken.size + 1} failed", isWell to lines.last())
    }

    @Test
    fun `a folder in which no case ran or that does not exist fails`() {
        assertEquals(listOf("kotlin: 0 passed, 0 failed") to false, run())
        file("a.json")
        assertEquals(listOf("kotlin: 0 passed, 0 failed") to false, run())
        assertEquals(false, run(folder.resolve("missing")).second)
    }

    @Test
    fun `numbers keep every digit and long texts are cut`() {
        val digits = "12345678901234567890.10"
        val sign = signed.with(
            "payload" to mapOf("code" to "c", "extra" to mapOf("n" to Number(digits))),
            "expect" to mapOf("url" to "u", "body" to "x".repeat(1000)),
        )
        file("a.json", sign)
        val lines = run().first
        assertTrue(lines.any { "{\\\"code\\\":\\\"c\\\",\\\"n\\\":$digits}" in it }) { "$lines" }
        assertTrue(lines.any { it.endsWith("characters)") } && lines.all { it.length < 500 })
        assertEquals(readJson("1.0"), readJson("1"))
    }

    @Test
    fun `deep nesting is no crash`() {
        file("a.json", """{"cases":${"[".repeat(50_000)}${"]".repeat(50_000)}}""")
        file("b.json", passing)
        assertEquals("kotlin: 1 passed, ", run().first.last().take(18))
    }
}
