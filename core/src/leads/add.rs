//! `addSalesLeads` (新增线索数据).

use crate::endpoint::{Endpoint, Settling};
use crate::leads::{MAY_REPEAT, MODULE, QueryLeads};
use crate::operation::{Add, Operation};
use crate::payload::{Table, fields};
use crate::reply::Receipt;

fields! {
    /// Adds a classic lead.
    payload AddLead = "新增线索数据" {
        /// The person in charge; this or `pool_name` is required.
        emp_name: String = "empName", "负责人", max(100);
        /// The lead pool; this or `emp_name` is required.
        pool_name: String = "poolName", "线索池名称", max(100);
        /// The lead's code, refused by the service where it exists. Give one: it is what lets an add
        /// whose outcome is unknown be settled.
        code: String = "code", "线索编码", max(100);
        /// The customer's name.
        cus_name: String = "cus_name", "客户名称", max(100);
        /// Where the lead comes from; must exist in the tenant.
        source_type: String = "source_type", "线索来源", max(100);
        /// The marketing activity; must exist in the tenant.
        market_name: String = "market_name", "市场活动名称", max(100);
        /// The contact.
        linkman: String = "linkman", "联系人", max(100);
        /// The country code of the mobile number.
        mobile_country: String = "mobile_country", "手机号码国家码", max(32);
        /// The mobile number.
        mobile: String = "mobile", "手机号码", max(100);
        /// Whether the mobile number may exist already; it may where nothing is given.
        mobile_repeat: String = "mobile_repeat", "手机号码是否能重复", max(1), one_of(MAY_REPEAT);
        /// The landline number.
        tel: String = "tel", "固话", max(100);
        /// The kind of lead.
        customer_classification_name: String = "customer_classification_name", "线索类型", max(100);
        /// The contact's position.
        position: String = "position", "职务", max(100);
        /// Details.
        detail: String = "detail", "线索详情", max(4000);
        /// The province.
        mss_province_name: String = "mssProvinceName", "省名称", max(100);
        /// The city.
        mss_city_name: String = "mssCityName", "市名称", max(100);
        /// The county or district.
        mss_area_name: String = "mssAreaName", "区县名称", max(100);
        /// The town or street.
        mss_street_name: String = "mssStreetName", "乡镇街道名称", max(100);
        /// The address.
        mark_addr: String = "mark_addr", "地址", max(100);
        /// The e-mail address.
        email: String = "email", "邮箱", max(100);
        /// The website.
        website: String = "website", "网址", max(100);
        /// Latitude and longitude of the marked position, with a comma between.
        latlon: String = "latlon", "标注位置", max(400);
        /// The address of the marked position.
        address: String = "address", "标注位置", max(4000);
        /// Custom fields.
        exts: Vec<LeadExtField> = "exts", "自定义字段列表";
    }
    rules {
        one_of(emp_name, pool_name);
    }
}

impl Operation for AddLead {
    const ENDPOINT: &'static Endpoint = &Endpoint::new(MODULE, "add", "addSalesLeads", Self::TABLE)
        .settled_by(Settling { query: QueryLeads::ENDPOINT, key: "code" });
    type Output = Receipt;
}

impl Add for AddLead {}

fields! {
    /// A custom field of a classic lead that is added.
    part LeadExtField = "自定义字段" {
        /// The custom field's key.
        salesleads_ext_key: String = "salesleads_ext_key", "自定义字段key", max(100), required;
        /// The custom field's value.
        salesleads_ext_value: String = "salesleads_ext_value", "自定义字段value", max(100);
    }
}
