package qince.leads

/** What runs this, as the `User-Agent` names it. */
internal val PLATFORM: String = "jvm/${Runtime.version().feature()}"

/** OkHttp where it is on the class path, in a version that fits, else the JDK's client: one for all clients, which costs threads. */
internal val DEFAULT_TRANSPORT: Transport by lazy {
    try {
        OkHttpTransport()
    } catch (_: LinkageError) {
        JdkTransport()
    }
}

/** The platform's own, named as the package. */
internal fun defaultLogger(): Logger = SystemLogger

private object SystemLogger : Logger {
    private val system = System.getLogger("qince.leads")

    override fun log(level: Logger.Level, line: String): Unit = system.log(level.ofSystem(), line)

    override fun takes(level: Logger.Level): Boolean = system.isLoggable(level.ofSystem())

    private fun Logger.Level.ofSystem() = when (this) {
        Logger.Level.DEBUG -> System.Logger.Level.DEBUG
        Logger.Level.WARNING -> System.Logger.Level.WARNING
    }
}
