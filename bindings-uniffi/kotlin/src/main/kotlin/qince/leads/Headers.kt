package qince.leads

import java.util.TreeMap
import qince.leads.internal.checkHeader

/**
 * Headers that requests may have besides their own.
 *
 * @throws IllegalArgumentException where they may not have one; it names that, and not its value.
 */
internal fun checked(headers: Map<String, String>): Map<String, String> = headers.onEach { (name, value) ->
    option { checkHeader(lossy(name), lossy(value)) }
}

/** All of them, where what comes later takes the place of what comes before, in whatever case its name is. */
internal fun merged(headers: List<Map<String, String>>): Map<String, String> =
    headers.fold(TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER)) { all, some ->
        some.forEach { (name, value) ->
            all.remove(name)
            all[name] = value
        }
        all
    }

/** Who sends, without whatever is not known of that. */
internal fun userAgent(transport: Transport): Map<String, String> {
    val library = (transport as? ShippedTransport)?.library
    return mapOf(
        "User-Agent" to listOfNotNull("qince-leads-kotlin/${RequestConstants.VERSION}", PLATFORM, library).joinToString(" "),
    )
}
