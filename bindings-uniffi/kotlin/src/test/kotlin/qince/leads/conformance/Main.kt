@file:JvmName("MainKt")

package qince.leads.conformance

import java.io.PrintStream
import java.nio.ByteBuffer
import java.nio.charset.CodingErrorAction
import java.nio.file.Files
import java.nio.file.Path
import kotlin.system.exitProcess
import qince.leads.text.Items
import qince.leads.text.Members
import qince.leads.text.Text
import qince.leads.text.Value
import qince.leads.text.readJson

private val KINDS: Map<String, (Members) -> Unit> = mapOf(
    "sign" to ::runSign,
    "reply" to ::runReply,
    "push" to ::runPush,
    "call" to ::runCall,
    "pages" to ::runPages,
    "relay" to ::runRelay,
)

/** A payload may nest deeper than the stack of a usual thread allows. */
private const val STACK_BYTES = 512L shl 20

/** Runs the vector suite through the public API: `java qince.leads.conformance.MainKt --vectors DIR`. */
fun main(arguments: Array<String>) {
    // A name or a text that the terminal cannot show is no reason to stop.
    val out = PrintStream(System.out, true, Charsets.UTF_8)
    if (arguments.size != 2 || arguments[0] != "--vectors") {
        out.println("usage: --vectors DIR")
        exitProcess(2)
    }
    exitProcess(if (runVectors(Path.of(arguments[1]), out)) 0 else 1)
}

/**
 * Runs all vector files below a folder and says what came of it: whether some passed and none failed. A file, a kind or
 * a member of a case that is not understood is a failure, and so is whatever the runner throws.
 */
internal fun runVectors(folder: Path, out: PrintStream): Boolean {
    val tally = Tally(out)
    val thread = Thread(null, { tally.runFolder(folder) }, "conformance", STACK_BYTES)
    thread.start()
    thread.join()
    out.println("kotlin: ${tally.passed} passed, ${tally.failed} failed")
    return tally.passed > 0 && tally.failed == 0
}

private class Tally(private val out: PrintStream) {
    var passed = 0
        private set
    var failed = 0
        private set
    private val names = HashSet<String>()

    fun runFolder(folder: Path) {
        note("$folder") {
            if (!Files.isDirectory(folder)) throw NotUnderstoodException("$folder is no folder")
            val files = Files.walk(folder).use { paths ->
                paths.filter { Files.isRegularFile(it) && it.fileName.toString().endsWith(".json") }.sorted().toList()
            }
            files.forEach(::runFile)
        }
    }

    private fun runFile(file: Path) {
        note("$file") {
            val suite = check("the file", readJson(strictText(Files.readAllBytes(file))), mapOf("cases" to someItems))
            suite.items("cases").forEachIndexed { i, case -> runCase("$file case $i", case) }
        }
    }

    private fun runCase(place: String, case: Value) {
        val name = ((case as? Members)?.get("name") as? Text)?.value
        val isRun = note(name ?: place) {
            if (case !is Members || name == null) throw NotUnderstoodException("the case has no name")
            if (!names.add(name)) throw NotUnderstoodException("a second case of this name")
            val kind = case.textOrNull("kind")
            val run = KINDS[kind] ?: throw NotUnderstoodException("no kind `$kind`")
            run(case)
        }
        if (isRun) passed++
    }

    /** Runs something; where it throws, that is a failure of this name. An error of the machine is one, too. */
    private fun note(name: String, run: () -> Unit): Boolean {
        val problem = runCatching(run).exceptionOrNull() ?: return true
        failed++
        val told = (problem as? AssertionError)?.message ?: "${problem::class.simpleName}: ${problem.message}"
        out.println("FAILED ${printable(name)}")
        told.lines().forEach { out.println("  ${printable(cut(it))}") }
        return false
    }
}

/** Bytes as text; what is no UTF-8 is refused, not mended. */
private fun strictText(bytes: ByteArray): String = Charsets.UTF_8.newDecoder()
    .onMalformedInput(CodingErrorAction.REPORT)
    .onUnmappableCharacter(CodingErrorAction.REPORT)
    .decode(ByteBuffer.wrap(bytes)).toString()

private fun printable(text: String): String =
    text.map { if (it.isISOControl()) "\\u%04x".format(it.code) else "$it" }.joinToString("")
