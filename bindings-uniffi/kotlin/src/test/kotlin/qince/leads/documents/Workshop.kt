package qince.leads.documents

import java.io.ByteArrayOutputStream
import java.io.PrintStream
import java.lang.reflect.InvocationTargetException
import java.lang.reflect.Method
import java.net.URLClassLoader
import java.nio.file.Files
import java.nio.file.Path
import kotlin.coroutines.intrinsics.suspendCoroutineUninterceptedOrReturn
import kotlinx.coroutines.runBlocking
import org.jetbrains.kotlin.cli.common.ExitCode
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler
import qince.leads.QinceLeads

/** Compiles the blocks of documents, each in a package of its own, as a user's strict project would. */
internal class Workshop(sources: Map<String, String>) {
    private val loader: ClassLoader

    init {
        val folder = Files.createTempDirectory("blocks")
        val files = sources.map { (packageName, code) ->
            val file = folder.resolve("$packageName/$FILE.kt")
            Files.createDirectories(file.parent)
            Files.writeString(file, "package $packageName\n\n$code")
            file.toString()
        }
        val classes = folder.resolve("classes")
        val said = ByteArrayOutputStream()
        val options = arrayOf(
            "-no-stdlib", "-no-reflect", "-jvm-target", "17", "-Werror",
            "-cp", System.getProperty("java.class.path"), "-d", "$classes",
        )
        val code = K2JVMCompiler().exec(PrintStream(said, true, Charsets.UTF_8), *options, *files.toTypedArray())
        if (code !=
            ExitCode.OK
        ) {
            throw AssertionError("a block does not compile:\n${said.toString(Charsets.UTF_8).take(MOST_SAID)}")
        }
        loader = URLClassLoader(arrayOf(classes.toUri().toURL()), javaClass.classLoader)
    }

    /** A function of a block, by its name. */
    fun function(packageName: String, name: String): Method =
        loader.loadClass("$packageName.${FILE}Kt").methods.first { it.name == name && it.parameterTypes.none(Class<*>::isArray) }

    /** A function that takes bytes and a list. */
    fun receive(packageName: String): (ByteArray, List<String>) -> Pair<*, *> {
        val method = loader.loadClass("$packageName.${FILE}Kt").methods.first { it.name == "receive" }
        return { body, secrets -> method.invoke(null, body, secrets) as Pair<*, *> }
    }

    private companion object {
        const val FILE = "Block"
        const val MOST_SAID = 4000
    }
}

/** A block that goes on with the client of the document, inside a coroutine. */
internal fun asStatements(code: String): String {
    val (imports, statements) = code.lines().partition { it.startsWith("import ") }
    return imports.joinToString("\n") + "\n\nsuspend fun block(leads: qince.leads.QinceLeads) {\n" +
        statements.joinToString("\n") { "    $it" } + "\n}\n"
}

/** The lines that something prints. */
internal fun linesOf(run: () -> Unit): List<String> {
    val printed = ByteArrayOutputStream()
    val before = System.out
    System.setOut(PrintStream(printed, true, Charsets.UTF_8))
    try {
        run()
    } finally {
        System.setOut(before)
    }
    return printed.toString(Charsets.UTF_8).lines().dropLastWhile(String::isEmpty)
}

/** Runs a block that goes on with a client. */
internal fun Method.runWith(leads: QinceLeads) {
    try {
        runBlocking { suspendCoroutineUninterceptedOrReturn<Unit> { invoke(null, leads, it) } }
    } catch (thrown: InvocationTargetException) {
        throw thrown.targetException
    }
}

internal fun Path.text(): String = Files.readString(this)
