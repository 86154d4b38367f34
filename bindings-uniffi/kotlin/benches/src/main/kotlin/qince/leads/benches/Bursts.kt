package qince.leads.benches

import java.io.IOException
import java.util.UUID
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlin.time.TimeSource
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.serialization.json.Json
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import okhttp3.Call
import okhttp3.Callback
import okhttp3.Dispatcher
import okhttp3.MediaType.Companion.toMediaType
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody.Companion.toRequestBody
import okhttp3.Response
import qince.leads.Account
import qince.leads.AddLead
import qince.leads.QinceLeads
import qince.leads.Stamp

private const val ADDS = 1000
private const val ROUNDS = 5

/** By then the compiler has done with both. */
private const val WARM_UP = 20
private const val AT_ONCE = 10

private val JSON = "application/json".toMediaType()

private fun leads() = List(ADDS) { AddLead(cusName = "公司 $it", empName = "负责人") }

/** Our time for many adds at once, with all defaults, in that of OkHttp alone: the median over rounds. */
fun costOfBursts(account: Account): Double {
    // Both are warm before either is counted.
    repeat(WARM_UP) { listOf(::ours, ::plain).forEach { it(account) } }
    return List(ROUNDS) { seconds { ours(account) } / seconds { plain(account) } }.sorted()[ROUNDS / 2]
}

private fun seconds(run: () -> Unit): Double {
    val start = TimeSource.Monotonic.markNow()
    run()
    return start.elapsedNow().inWholeNanoseconds / 1e9
}

private fun ours(account: Account): Unit = runBlocking(Dispatchers.Default) {
    val client = QinceLeads(account)
    leads().map { async { client.add(it) } }.awaitAll().forEach { checkNotNull(it.id) }
}

private fun plain(account: Account): Unit = runBlocking(Dispatchers.Default) {
    val dispatcher = Dispatcher().apply {
        maxRequests = AT_ONCE
        maxRequestsPerHost = AT_ONCE
    }
    val http = OkHttpClient.Builder().dispatcher(dispatcher).build()
    leads().map { lead ->
        async {
            val signed = account.sign(lead, Stamp(System.currentTimeMillis(), UUID.randomUUID().toString()))
            val request = Request.Builder().url(signed.url).post(signed.body.toRequestBody(JSON)).build()
            val reply = Json.parseToJsonElement(http.newCall(request).bodyOfReply()).jsonObject
            check(reply.getValue("return_code").jsonPrimitive.content == "0")
        }
    }.awaitAll()
    dispatcher.executorService.shutdown()
    http.connectionPool.evictAll()
}

private suspend fun Call.bodyOfReply(): String = suspendCancellableCoroutine { waiting ->
    enqueue(object : Callback {
        override fun onResponse(call: Call, response: Response) = waiting.resume(response.use { it.body.string() })

        override fun onFailure(call: Call, e: IOException) = waiting.resumeWithException(e)
    })
}
