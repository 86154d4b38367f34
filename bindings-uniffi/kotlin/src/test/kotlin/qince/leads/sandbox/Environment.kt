package qince.leads.sandbox

import java.nio.file.Files
import java.nio.file.Path

/** Where the sandbox listens, and as whom to connect. */
object Environment {
    val baseUrl by lazy { variable("QINCE_BASE_URL") }
    val openid by lazy { variable("QINCE_OPENID") }
    val appKey by lazy { variable("QINCE_APP_KEY") }
    val pushSecret by lazy { variable("QINCE_PUSH_SECRET") }

    /** The folder of this package. */
    val module: Path = generateSequence(Path.of("").toAbsolutePath()) { it.parent }
        .firstOrNull { Files.exists(it.resolve(MODULE)) }
        ?.resolve(MODULE)
        ?: error("run this inside the repository")

    /** The folder of the repository. */
    val repository: Path = module.parent.parent

    /** A sample of the vendor's page. */
    fun sample(name: String): String = Files.readString(repository.resolve("tests/samples/$name.json"))

    private fun variable(name: String): String = System.getenv(name)?.takeIf { it.isNotEmpty() }
        ?: throw AssertionError("$name is not set; start the sandbox with `cargo run -p qince-sandbox`")

    private const val MODULE = "bindings-uniffi/kotlin"
}
