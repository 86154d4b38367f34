package qince.leads.benches

import java.security.MessageDigest
import java.util.HexFormat
import kotlinx.serialization.encodeToString
import kotlinx.serialization.json.Json
import qince.leads.Account
import qince.leads.AddLead
import qince.leads.LeadExtField
import qince.leads.Stamp

private const val BASE_URL = "https://openapi.waiqin365.com"
private const val OPENID = "1234567890"
private const val APP_KEY = "2EV5i30kYI6r7Hz817"
private const val MSG_ID = "0e6f3a52-5d1c-4c39-8d3f-7a4b1f0f2a11"

private val account = Account(OPENID, APP_KEY, BASE_URL)
private var nowMs = 1_617_206_400_000

/** This package, which checks every rule. */
fun signByUs(): Int {
    val request = account.sign(addLead(), Stamp(nowMs++, MSG_ID))
    return request.url.length + request.bodyBytes.size
}

/** What one writes by hand, with nothing checked. */
fun signByHand(): Int {
    val body = Json.encodeToString(peerAddLead())
    val url = signedUrl(body, nowMs++)
    return url.length + body.toByteArray().size
}

private fun signedUrl(body: String, nowMs: Long): String {
    val digest = MessageDigest.getInstance("MD5").digest("$body|$APP_KEY|$nowMs".toByteArray())
    return "$BASE_URL/api/salesleads/v1/addSalesLeads/$OPENID/$nowMs/${HexFormat.of().formatHex(digest)}/$MSG_ID"
}

/** Both must sign the same lead, each in its own order of members. */
fun checkSigning() {
    val request = account.sign(addLead(), Stamp(nowMs, MSG_ID))
    check(request.url == signedUrl(request.body, nowMs))
    check(Json.parseToJsonElement(request.body) == Json.parseToJsonElement(Json.encodeToString(peerAddLead())))
    check(Json.parseToJsonElement(request.body) == Json.parseToJsonElement(sample("add")))
}

private fun addLead() = AddLead(
    empName = "负责人",
    code = "code",
    cusName = "api专用",
    poolName = "线索池名称",
    sourceType = "客户介绍",
    marketName = "市场活动1",
    linkman = "联系人1",
    mobileCountry = "86",
    mobile = "18811111111",
    mobileRepeat = "0",
    tel = "02588888888",
    customerClassificationName = "学校",
    position = "公务员",
    detail = "线索详情线索详情",
    mssProvinceName = "江苏省",
    mssCityName = "南京市",
    mssAreaName = "建邺区",
    mssStreetName = "沙洲街道",
    markAddr = "江苏省南京市雨花台区春江路1号肯德基(铁心桥餐厅)",
    email = "waiqin365@waiqin365.com",
    website = "https://api.waiqin365.com/",
    address = "江苏省南京市雨花台区春江路1号肯德基(铁心桥餐厅)",
    latlon = "31.963018601806095,118.76207851993819",
    exts = listOf(
        LeadExtField("自定义字段1", "api测试用啊"),
        LeadExtField("自定义字段2", "测试用"),
    ),
)

private fun peerAddLead() = PeerAddLead(
    empName = "负责人",
    code = "code",
    cus_name = "api专用",
    poolName = "线索池名称",
    source_type = "客户介绍",
    market_name = "市场活动1",
    linkman = "联系人1",
    mobile_country = "86",
    mobile = "18811111111",
    mobile_repeat = "0",
    tel = "02588888888",
    customer_classification_name = "学校",
    position = "公务员",
    detail = "线索详情线索详情",
    mssProvinceName = "江苏省",
    mssCityName = "南京市",
    mssAreaName = "建邺区",
    mssStreetName = "沙洲街道",
    mark_addr = "江苏省南京市雨花台区春江路1号肯德基(铁心桥餐厅)",
    email = "waiqin365@waiqin365.com",
    website = "https://api.waiqin365.com/",
    address = "江苏省南京市雨花台区春江路1号肯德基(铁心桥餐厅)",
    latlon = "31.963018601806095,118.76207851993819",
    exts = listOf(
        PeerExtField("自定义字段1", "api测试用啊"),
        PeerExtField("自定义字段2", "测试用"),
    ),
)
