// The same types as those of this package, under the vendor's names: for kotlinx.serialization and for Jackson.
@file:Suppress("PropertyName", "ConstructorParameterNaming")

package qince.leads.benches

import kotlinx.serialization.Serializable

/** A reply, in the first of two steps. */
@Serializable
data class PeerReply(
    val return_code: String,
    val return_msg: String? = null,
    val msg_id: String? = null,
    val response_data: String,
)

@Serializable
data class PeerLead(
    val id: String? = null,
    val cus_name: String? = null,
    val code: String? = null,
    val source_type_name: String? = null,
    val market_name: String? = null,
    val linkman: String? = null,
    val mobile_country: String? = null,
    val mobile: String? = null,
    val tel: String? = null,
    val position: String? = null,
    val detail: String? = null,
    val mss_province: String? = null,
    val mss_city: String? = null,
    val mss_area: String? = null,
    val mss_street: String? = null,
    val mark_addr: String? = null,
    val email: String? = null,
    val website: String? = null,
    val emp_name: String? = null,
    val status_value: String? = null,
    val emp_id_str: String? = null,
    val create_time: String? = null,
    val owner_change_time: String? = null,
    val result: String? = null,
    val disable_reason_name: String? = null,
    val disable_reason_ext: String? = null,
    val creator_name: String? = null,
    val follow_name: String? = null,
    val follow_time: String? = null,
    val modifyier_name: String? = null,
    val transf_time: String? = null,
    val modify_time: String? = null,
    val pool_name: String? = null,
    val distribution_name: String? = null,
    val distribution_take_time: String? = null,
    val return_reason_name: String? = null,
    val delete_reason_name: String? = null,
    val delete_reason_ext: String? = null,
    val customer_classification_name: String? = null,
    val cm_code: String? = null,
    val cm_name: String? = null,
    val labels: List<PeerLabel>? = null,
    val exts: List<PeerLeadExt>? = null,
)

@Serializable
data class PeerLabel(
    val salesleads_id: String? = null,
    val color: String? = null,
    val name: String? = null,
    val rule_description: String? = null,
    val id: String? = null,
    val status: String? = null,
)

@Serializable
data class PeerLeadExt(val ext_column: String? = null, val ext_key: String? = null, val ext_value: String? = null)

@Serializable
data class PeerAddLead(
    val empName: String? = null,
    val code: String? = null,
    val cus_name: String? = null,
    val poolName: String? = null,
    val source_type: String? = null,
    val market_name: String? = null,
    val linkman: String? = null,
    val mobile_country: String? = null,
    val mobile: String? = null,
    val mobile_repeat: String? = null,
    val tel: String? = null,
    val customer_classification_name: String? = null,
    val position: String? = null,
    val detail: String? = null,
    val mssProvinceName: String? = null,
    val mssCityName: String? = null,
    val mssAreaName: String? = null,
    val mssStreetName: String? = null,
    val mark_addr: String? = null,
    val email: String? = null,
    val website: String? = null,
    val address: String? = null,
    val latlon: String? = null,
    val exts: List<PeerExtField>? = null,
)

@Serializable
data class PeerExtField(val salesleads_ext_key: String? = null, val salesleads_ext_value: String? = null)
