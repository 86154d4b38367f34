package qince.leads

/** OkHttp where it is on the class path, else the JDK's client. */
internal fun defaultTransport(): Transport = try {
    OkHttpTransport()
} catch (_: NoClassDefFoundError) {
    JdkTransport()
}
