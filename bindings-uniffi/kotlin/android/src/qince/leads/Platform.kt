package qince.leads

import android.os.Build

/** What runs this, as the `User-Agent` names it. */
internal val PLATFORM: String = "android/${Build.VERSION.SDK_INT}"

/** OkHttp, which the library brings: one for all clients, which costs threads. */
internal val DEFAULT_TRANSPORT: Transport by lazy { OkHttpTransport() }

/** None: give one that writes where your program does. */
internal fun defaultLogger(): Logger? = null
