package qince.leads.transport

import java.io.File
import java.nio.file.Path
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.CsvSource
import qince.leads.AddLead
import qince.leads.QinceLeads
import qince.leads.behaviour.OK
import qince.leads.sandbox.Environment

/** Programs that have another OkHttp than this package was built with, or none. */
class OtherOkHttpTest {
    @ParameterizedTest
    @CsvSource("3.14.9, OkHttpTransport(OkHttp)", "4.12.0, OkHttpTransport(OkHttp 4.12.0)", "none, JdkTransport(Java ")
    fun `the default transport sends by what is there and says what that is`(version: String, told: String) {
        val own = System.getProperty("java.class.path").split(File.pathSeparator).filterNot { "okhttp" in it || "okio" in it }
        val others = Environment.module.resolve("target/okhttp/$version").toFile().listFiles().orEmpty().map { it.path }
        RawServer { keep(OK.body) }.use { server ->
            val java = "${Path.of(System.getProperty("java.home"), "bin", "java")}"
            val program = ProcessBuilder(
                listOf(java, "-cp", (own + others).joinToString(File.pathSeparator), "qince.leads.transport.OtherOkHttpTestKt"),
            )
            program.environment() += mapOf("QINCE_OPENID" to "o", "QINCE_APP_KEY" to "k", "QINCE_BASE_URL" to server.url)
            val said = program.redirectErrorStream(true).start().inputReader().readLines()
            assertEquals(listOf("7", "7"), said.drop(1)) { "$said" }
            assertTrue(told in said[0]) { "$said" }
        }
    }
}

/** Sends twice by what is the default, on one connection if it is kept. */
fun main(): Unit = runBlocking {
    val leads = QinceLeads()
    println(leads)
    repeat(2) {
        println(leads.add(AddLead(empName = "负责人")).id)
        Thread.sleep(50)
    }
}
