//! `modifySalesLeadsForApaas` (修改apaas线索数据).

use crate::endpoint::Endpoint;
use crate::leads::{ALLOCATION, LeadMobile, MODULE, PROGRESS};
use crate::meta::AsNumber;
use crate::operation::Operation;
use crate::payload::{Id, JsonMap, Table, fields};
use crate::reply::Receipt;

fields! {
    /// Modifies an aPaaS lead.
    payload ModifyApaasLead = "修改apaas线索数据" {
        /// The lead's id, an integer of at most 64 bits; this or `code` is required.
        id: Id = "id", "线索ID", integer64, as_number(AsNumber::Fitting64);
        /// The lead's code; this or `id` is required.
        code: String = "code", "线索编码", max(100);
        /// The company's name.
        company_name: String = "company_name", "企业名称", max(100);
        /// Where the lead comes from: the option's name.
        source_type: String = "source_type", "来源", max(100);
        /// The kind of lead: the option's name.
        customer_classification_name: String = "customer_classification_name", "线索类型", max(100);
        /// Why the lead was returned: the option's name.
        return_reason: String = "return_reason", "退回原因", max(100);
        /// Why the lead was voided: the option's name.
        invalid_reason: String = "invalid_reason", "作废原因", max(100);
        /// The marketing activity's name; `market_id` goes before it.
        market_name: String = "market_name", "市场活动名称", max(100);
        /// The marketing activity's id; goes before `market_name`.
        market_id: String = "market_id", "市场活动id", max(100);
        /// The contact.
        linkman: String = "linkman", "联系人", max(100);
        /// The mobile number.
        mobile: LeadMobile = "mobile", "手机号码";
        /// The landline number.
        telephone: String = "telephone", "固话", max(100);
        /// The contact's position.
        position: String = "position", "职位", max(100);
        /// Details.
        detail: String = "detail", "销售线索详情", max(4000);
        /// The country.
        mss_country: String = "mss_country", "国家名称", max(32);
        /// The province.
        mss_province: String = "mss_province", "省名称", max(32);
        /// The city.
        mss_city: String = "mss_city", "市名称", max(32);
        /// The county or district.
        mss_area: String = "mss_area", "区县名称", max(32);
        /// The town or street.
        mss_street: String = "mss_street", "乡镇街道名称", max(32);
        /// The address; its name differs from the one that adding takes.
        mark_address: String = "mark_address", "地址", max(200);
        /// The e-mail address.
        email: String = "email", "邮箱", max(100);
        /// The website.
        website: String = "website", "网址", max(200);
        /// Whether the lead is allocated: to a responsible person, or not, to a pool.
        allocation_status: String = "allocation_status", "分配状态", max(200), one_of(ALLOCATION);
        /// How far the follow-up is.
        salesleads_status: String = "salesleads_status", "跟进状态", max(200), one_of(PROGRESS);
        /// The lead pool; required where the lead is not allocated.
        pool_name: String = "pool_name", "线索池", max(100);
        /// More about why the lead was voided.
        removed_result: String = "removed_result", "作废补充说明", max(100);
        /// Labels.
        labels: String = "labels", "线索标签", max(100);
        /// The id of the responsible person; required where the lead is allocated, refused where not.
        responsible_person: String = "responsible_person", "负责人id", max(32);
        /// The business card.
        card_photo: String = "card_photo", "名片", max(100);
        /// Custom fields by their keys.
        exts: JsonMap = "exts", "扩展字段集合";
    }
    rules {
        one_of(id, code);
        required_if(pool_name, allocation_status == "0");
        forbidden_if(responsible_person, allocation_status == "0");
        required_if(responsible_person, allocation_status == "1");
    }
}

impl Operation for ModifyApaasLead {
    const ENDPOINT: &'static Endpoint =
        &Endpoint::new(MODULE, "modify_apaas", "modifySalesLeadsForApaas", Self::TABLE);
    type Output = Receipt;
}
