package qince.leads.benches

import java.io.File
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import kotlinx.serialization.json.put

private const val LEADS = 1000

/** One of the vendor's samples. */
fun sample(name: String): String = File("../../../tests/samples/$name.json").readText()

private val LEAD = Json.parseToJsonElement(sample("lead")).jsonObject

/** A page of leads: JSON text inside a JSON string, as bytes. */
val PAGE: ByteArray = run {
    val id = LEAD.getValue("id").jsonPrimitive.content.toLong()
    val leads = JsonArray(List(LEADS) { JsonObject(LEAD + ("id" to JsonPrimitive((id + it).toString()))) })
    val reply = buildJsonObject {
        put("return_code", "0")
        put("return_msg", "")
        put("msg_id", "m")
        put("response_data", leads.toString())
    }
    reply.toString().encodeToByteArray()
}

/** How many characters all texts of the page have. */
val LENGTH_OF_PAGE: Int =
    LEADS *
        LEAD.values.sumOf { value ->
            when (value) {
                is JsonPrimitive -> value.content.length
                else -> value.jsonArray.sumOf { part -> part.jsonObject.values.sumOf { it.jsonPrimitive.content.length } }
            }
        }
