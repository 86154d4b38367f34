import Foundation
import QinceLeads

/// Reading a page of leads, and every field of every lead.
struct Reading {
    private let page: Data

    init() throws {
        page = try Samples.page()
        let (ours, byDecoder) = (try ours(), try byDecoder())
        precondition(ours == byDecoder && ours > 500 * Samples.leads, "the contenders read different things")
    }

    func ours() throws -> Int {
        try QueryLeads.read(RawReply(status: 200, body: page)).reduce(0) { $0 + length(of: $1) }
    }

    func byDecoder() throws -> Int {
        let decoder = JSONDecoder()
        let reply = try decoder.decode(CodableReply.self, from: page)
        let leads = try decoder.decode([CodableLead].self, from: Data(reply.response_data.utf8))
        return leads.reduce(0) { $0 + length(of: $1) }
    }
}

private func length(of lead: Lead) -> Int {
    var sum = length(
        lead.id, lead.cusName, lead.code, lead.sourceTypeName, lead.marketName, lead.linkman, lead.mobileCountry,
        lead.mobile, lead.tel, lead.position, lead.detail, lead.mssProvince, lead.mssCity, lead.mssArea,
        lead.mssStreet, lead.markAddr, lead.email, lead.website, lead.empName, lead.statusValue, lead.empIdStr,
        lead.createTime, lead.ownerChangeTime, lead.result, lead.disableReasonName, lead.disableReasonExt,
        lead.creatorName, lead.followName, lead.followTime, lead.modifyierName, lead.transfTime, lead.modifyTime,
        lead.poolName, lead.distributionName, lead.distributionTakeTime, lead.returnReasonName,
        lead.deleteReasonName, lead.deleteReasonExt, lead.customerClassificationName, lead.cmCode, lead.cmName)
    for label in lead.labels ?? [] {
        sum += length(label.salesleadsId, label.color, label.name, label.ruleDescription, label.id, label.status)
    }
    for ext in lead.exts ?? [] {
        sum += length(ext.extColumn, ext.extKey, ext.extValue)
    }
    return sum
}

private func length(of lead: CodableLead) -> Int {
    var sum = length(
        lead.id, lead.cus_name, lead.code, lead.source_type_name, lead.market_name, lead.linkman,
        lead.mobile_country, lead.mobile, lead.tel, lead.position, lead.detail, lead.mss_province, lead.mss_city,
        lead.mss_area, lead.mss_street, lead.mark_addr, lead.email, lead.website, lead.emp_name, lead.status_value,
        lead.emp_id_str, lead.create_time, lead.owner_change_time, lead.result, lead.disable_reason_name,
        lead.disable_reason_ext, lead.creator_name, lead.follow_name, lead.follow_time, lead.modifyier_name,
        lead.transf_time, lead.modify_time, lead.pool_name, lead.distribution_name, lead.distribution_take_time,
        lead.return_reason_name, lead.delete_reason_name, lead.delete_reason_ext, lead.customer_classification_name,
        lead.cm_code, lead.cm_name)
    for label in lead.labels ?? [] {
        sum += length(label.salesleads_id, label.color, label.name, label.rule_description, label.id, label.status)
    }
    for ext in lead.exts ?? [] {
        sum += length(ext.ext_column, ext.ext_key, ext.ext_value)
    }
    return sum
}

private func length(_ texts: String?...) -> Int {
    texts.reduce(0) { $0 + ($1?.utf8.count ?? 0) }
}
