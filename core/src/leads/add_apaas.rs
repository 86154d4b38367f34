//! `addSalesLeadsForApaas` (新增apaas线索数据).

use crate::endpoint::{Endpoint, Settling};
use crate::leads::{ALLOCATION, MAY_REPEAT, MODULE, PROGRESS, QueryApaasLeads};
use crate::operation::{Add, Operation};
use crate::payload::{JsonMap, Table, fields};
use crate::reply::Receipt;

fields! {
    /// Adds an aPaaS lead.
    payload AddApaasLead = "新增apaas线索数据" {
        /// The lead's code. Give one: it is what lets an add whose outcome is unknown be settled.
        code: String = "code", "线索编码", max(100);
        /// The company's name.
        company_name: String = "company_name", "企业名称", max(100);
        /// Where the lead comes from.
        source_type: String = "source_type", "线索来源", max(100);
        /// The kind of lead.
        customer_classification_name: String = "customer_classification_name", "线索类型", max(100);
        /// Why the lead was returned.
        return_reason: String = "return_reason", "退回原因", max(100);
        /// Why the lead was voided.
        invalid_reason: String = "invalid_reason", "作废原因", max(100);
        /// The marketing activity's name.
        market_name: String = "market_name", "市场活动名称", max(100);
        /// The marketing activity's id.
        market_id: String = "market_id", "市场活动id", max(100);
        /// The contact.
        linkman: String = "linkman", "联系人", max(100);
        /// The mobile number.
        mobile: LeadMobile = "mobile", "手机号码";
        /// Whether the mobile number may exist already; it may where nothing is given.
        mobile_duplicate: String = "mobile_duplicate", "手机号码是否能重复", max(1), one_of(MAY_REPEAT);
        /// The landline number.
        telephone: String = "telephone", "固话", max(100);
        /// The contact's position.
        position: String = "position", "职务", max(100);
        /// Details.
        detail: String = "detail", "线索详情", max(4000);
        /// The country.
        mss_country: String = "mss_country", "国家", max(100);
        /// The province.
        mss_province: String = "mss_province", "省名称", max(100);
        /// The city.
        mss_city: String = "mss_city", "市名称", max(100);
        /// The county or district.
        mss_area: String = "mss_area", "区县名称", max(100);
        /// The town or street.
        mss_street: String = "mss_street", "乡镇街道名称", max(100);
        /// The latitude.
        latitude: String = "latitude", "纬度", max(400);
        /// The longitude.
        longitude: String = "longitude", "经度", max(400);
        /// The address of the marked position.
        address: String = "address", "标注位置", max(100);
        /// The address.
        mark_addr: String = "mark_addr", "地址", max(100);
        /// The e-mail address.
        email: String = "email", "邮箱", max(100);
        /// The website.
        website: String = "website", "网址", max(100);
        /// Whether the lead is allocated: to a responsible person, or not, to a pool.
        allocation_status: String = "allocation_status", "分配状态", max(100), one_of(ALLOCATION);
        /// How far the follow-up is.
        salesleads_status: String = "salesleads_status", "跟进状态", max(100), one_of(PROGRESS);
        /// The lead pool; required where the lead is not allocated.
        pool_name: String = "pool_name", "线索池", max(100);
        /// More about why the lead was voided.
        removed_result: String = "removed_result", "作废补充说明", max(100);
        /// Labels.
        labels: String = "labels", "线索标签", max(100);
        /// The id of the responsible person; required where the lead is allocated, refused where not.
        responsible_person: String = "responsible_person", "负责人ID", max(100);
        /// The business card.
        card_photo: String = "card_photo", "名片", max(100);
        /// Custom fields by their keys. Text and numbers are text, one choice its option code, several
        /// their codes with commas between, a date `yyyy-MM-dd`, people and departments their ids.
        exts: JsonMap = "exts", "自定义字段列表";
    }
    rules {
        required_if(pool_name, allocation_status == "0");
        forbidden_if(responsible_person, allocation_status == "0");
        required_if(responsible_person, allocation_status == "1");
    }
}

impl Operation for AddApaasLead {
    const ENDPOINT: &'static Endpoint =
        &Endpoint::new(MODULE, "add_apaas", "addSalesLeadsForApaas", Self::TABLE)
            .settled_by(Settling { query: QueryApaasLeads::ENDPOINT, key: "code" });
    type Output = Receipt;
}

impl Add for AddApaasLead {}

fields! {
    /// The mobile number of an aPaaS lead.
    part LeadMobile = "手机号码" {
        /// The number.
        phone: String = "phone", "手机号", max(100);
        /// The country code.
        code: String = "code", "国家编码", max(100);
    }
}
