package qince.leads

/** OkHttp, which the library brings. */
internal fun defaultTransport(): Transport = OkHttpTransport()
