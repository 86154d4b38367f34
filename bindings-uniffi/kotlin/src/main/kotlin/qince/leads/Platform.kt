package qince.leads

/** What runs this, as the `User-Agent` names it. */
internal val PLATFORM: String = "jvm/${Runtime.version().feature()}"

/** OkHttp where it is on the class path, in a version that fits, else the JDK's client. */
internal fun defaultTransport(): Transport = try {
    OkHttpTransport()
} catch (_: LinkageError) {
    JdkTransport()
}

/** The platform's own, named as the package. */
internal fun defaultLogger(): Logger {
    val system = System.getLogger("qince.leads")
    return Logger { level, line ->
        when (level) {
            Logger.Level.DEBUG -> system.log(System.Logger.Level.DEBUG, line)
            Logger.Level.WARNING -> system.log(System.Logger.Level.WARNING, line)
        }
    }
}
