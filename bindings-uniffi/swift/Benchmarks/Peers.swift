/// What one writes by hand for Foundation's JSON. The names are those of the wire, which spares it a table of names.
struct CodableLead: Decodable {
    let id: String?
    let cus_name: String?
    let code: String?
    let source_type_name: String?
    let market_name: String?
    let linkman: String?
    let mobile_country: String?
    let mobile: String?
    let tel: String?
    let position: String?
    let detail: String?
    let mss_province: String?
    let mss_city: String?
    let mss_area: String?
    let mss_street: String?
    let mark_addr: String?
    let email: String?
    let website: String?
    let emp_name: String?
    let status_value: String?
    let emp_id_str: String?
    let create_time: String?
    let owner_change_time: String?
    let result: String?
    let disable_reason_name: String?
    let disable_reason_ext: String?
    let creator_name: String?
    let follow_name: String?
    let follow_time: String?
    let modifyier_name: String?
    let transf_time: String?
    let modify_time: String?
    let pool_name: String?
    let distribution_name: String?
    let distribution_take_time: String?
    let return_reason_name: String?
    let delete_reason_name: String?
    let delete_reason_ext: String?
    let customer_classification_name: String?
    let cm_code: String?
    let cm_name: String?
    let labels: [CodableLabel]?
    let exts: [CodableExt]?
}

struct CodableLabel: Decodable {
    let salesleads_id: String?
    let color: String?
    let name: String?
    let rule_description: String?
    let id: String?
    let status: String?
}

struct CodableExt: Decodable {
    let ext_column: String?
    let ext_key: String?
    let ext_value: String?
}

struct CodableReply: Decodable {
    let return_code: String
    let response_data: String
}

struct CodableAdd: Codable {
    let empName: String?
    let code: String?
    let cus_name: String?
    let poolName: String?
    let source_type: String?
    let market_name: String?
    let linkman: String?
    let mobile_country: String?
    let mobile: String?
    let mobile_repeat: String?
    let tel: String?
    let customer_classification_name: String?
    let position: String?
    let detail: String?
    let mssProvinceName: String?
    let mssCityName: String?
    let mssAreaName: String?
    let mssStreetName: String?
    let mark_addr: String?
    let email: String?
    let website: String?
    let address: String?
    let latlon: String?
    let exts: [CodableExtField]?
}

struct CodableExtField: Codable {
    let salesleads_ext_key: String?
    let salesleads_ext_value: String?
}
