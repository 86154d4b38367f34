package qince.leads.benches

import com.fasterxml.jackson.module.kotlin.jacksonObjectMapper
import com.fasterxml.jackson.module.kotlin.readValue
import kotlinx.serialization.json.Json
import qince.leads.Lead
import qince.leads.QueryLeads
import qince.leads.RawReply

private val mapper = jacksonObjectMapper()

/** A page, and the lengths of all texts in it. */
fun readByUs(): Int = checked(QueryLeads.read(RawReply(200, PAGE)).sumOf(::length))

fun readByKotlinx(): Int {
    val reply = Json.decodeFromString<PeerReply>(PAGE.decodeToString())
    return checked(Json.decodeFromString<List<PeerLead>>(reply.response_data).sumOf(::length))
}

fun readByJackson(): Int {
    val reply = mapper.readValue<PeerReply>(PAGE)
    return checked(mapper.readValue<List<PeerLead>>(reply.response_data).sumOf(::length))
}

private fun checked(length: Int) = length.also { check(it == LENGTH_OF_PAGE) }

private fun length(text: String?) = text?.length ?: 0

private fun length(lead: Lead): Int {
    var sum = 0
    sum += length(lead.id)
    sum += length(lead.cusName)
    sum += length(lead.code)
    sum += length(lead.sourceTypeName)
    sum += length(lead.marketName)
    sum += length(lead.linkman)
    sum += length(lead.mobileCountry)
    sum += length(lead.mobile)
    sum += length(lead.tel)
    sum += length(lead.position)
    sum += length(lead.detail)
    sum += length(lead.mssProvince)
    sum += length(lead.mssCity)
    sum += length(lead.mssArea)
    sum += length(lead.mssStreet)
    sum += length(lead.markAddr)
    sum += length(lead.email)
    sum += length(lead.website)
    sum += length(lead.empName)
    sum += length(lead.statusValue)
    sum += length(lead.empIdStr)
    sum += length(lead.createTime)
    sum += length(lead.ownerChangeTime)
    sum += length(lead.result)
    sum += length(lead.disableReasonName)
    sum += length(lead.disableReasonExt)
    sum += length(lead.creatorName)
    sum += length(lead.followName)
    sum += length(lead.followTime)
    sum += length(lead.modifyierName)
    sum += length(lead.transfTime)
    sum += length(lead.modifyTime)
    sum += length(lead.poolName)
    sum += length(lead.distributionName)
    sum += length(lead.distributionTakeTime)
    sum += length(lead.returnReasonName)
    sum += length(lead.deleteReasonName)
    sum += length(lead.deleteReasonExt)
    sum += length(lead.customerClassificationName)
    sum += length(lead.cmCode)
    sum += length(lead.cmName)
    lead.labels?.forEach { part ->
        sum += length(part.salesleadsId)
        sum += length(part.color)
        sum += length(part.name)
        sum += length(part.ruleDescription)
        sum += length(part.id)
        sum += length(part.status)
    }
    lead.exts?.forEach { part ->
        sum += length(part.extColumn)
        sum += length(part.extKey)
        sum += length(part.extValue)
    }
    return sum
}

private fun length(lead: PeerLead): Int {
    var sum = 0
    sum += length(lead.id)
    sum += length(lead.cus_name)
    sum += length(lead.code)
    sum += length(lead.source_type_name)
    sum += length(lead.market_name)
    sum += length(lead.linkman)
    sum += length(lead.mobile_country)
    sum += length(lead.mobile)
    sum += length(lead.tel)
    sum += length(lead.position)
    sum += length(lead.detail)
    sum += length(lead.mss_province)
    sum += length(lead.mss_city)
    sum += length(lead.mss_area)
    sum += length(lead.mss_street)
    sum += length(lead.mark_addr)
    sum += length(lead.email)
    sum += length(lead.website)
    sum += length(lead.emp_name)
    sum += length(lead.status_value)
    sum += length(lead.emp_id_str)
    sum += length(lead.create_time)
    sum += length(lead.owner_change_time)
    sum += length(lead.result)
    sum += length(lead.disable_reason_name)
    sum += length(lead.disable_reason_ext)
    sum += length(lead.creator_name)
    sum += length(lead.follow_name)
    sum += length(lead.follow_time)
    sum += length(lead.modifyier_name)
    sum += length(lead.transf_time)
    sum += length(lead.modify_time)
    sum += length(lead.pool_name)
    sum += length(lead.distribution_name)
    sum += length(lead.distribution_take_time)
    sum += length(lead.return_reason_name)
    sum += length(lead.delete_reason_name)
    sum += length(lead.delete_reason_ext)
    sum += length(lead.customer_classification_name)
    sum += length(lead.cm_code)
    sum += length(lead.cm_name)
    lead.labels?.forEach { part ->
        sum += length(part.salesleads_id)
        sum += length(part.color)
        sum += length(part.name)
        sum += length(part.rule_description)
        sum += length(part.id)
        sum += length(part.status)
    }
    lead.exts?.forEach { part ->
        sum += length(part.ext_column)
        sum += length(part.ext_key)
        sum += length(part.ext_value)
    }
    return sum
}
