//! `modifySalesLeads` (修改线索数据).

use crate::endpoint::Endpoint;
use crate::json::Json;
use crate::leads::MODULE;
use crate::meta::{AsNumber, Kind};
use crate::operation::Operation;
use crate::payload::{Id, JsonMap, Slot, Table, Value, fields};
use crate::reply::Receipt;

fields! {
    /// Modifies a classic lead.
    payload ModifyLead = "修改线索数据" {
        /// The lead's id; this or `code` is required.
        id: Id = "id", "线索ID", max(40), as_number(AsNumber::Fitting64);
        /// The lead's code; this or `id` is required.
        code: String = "code", "线索编码", max(100);
        /// The lead pool.
        pool_name: String = "poolName", "线索池名称", max(100);
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
        /// Custom fields, as rows or as a map: the vendor documents both.
        exts: LeadExts = "exts", "自定义字段列表";
    }
    rules {
        one_of(id, code);
    }
}

impl Operation for ModifyLead {
    const ENDPOINT: &'static Endpoint =
        &Endpoint::new(MODULE, "modify", "modifySalesLeads", Self::TABLE);
    type Output = Receipt;
}

fields! {
    /// A custom field of a classic lead that is modified.
    part LeadExtRow = "自定义字段" {
        /// The custom field's key.
        salesleads_ext_key: String = "salesleads_ext_key", "自定义字段key", required;
        /// The custom field's value, sent as given.
        salesleads_ext_value: Json = "salesleads_ext_value", "自定义字段value";
    }
}

/// Custom fields (自定义字段) of a classic lead that is modified: the vendor documents a list and a map,
/// and either is sent as given.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LeadExts {
    /// Values under the fields' keys.
    Map(JsonMap),
    /// Rows of key and value.
    Rows(Vec<LeadExtRow>),
}

impl From<JsonMap> for LeadExts {
    fn from(map: JsonMap) -> Self {
        Self::Map(map)
    }
}

impl From<Vec<LeadExtRow>> for LeadExts {
    fn from(rows: Vec<LeadExtRow>) -> Self {
        Self::Rows(rows)
    }
}

impl Value for LeadExts {
    const KIND: Kind = Kind::MapOrRows(LeadExtRow::TABLE);

    fn to_slot(&self) -> Slot<'_> {
        match self {
            Self::Map(map) => map.to_slot(),
            Self::Rows(rows) => rows.to_slot(),
        }
    }

    fn from_slot(slot: Slot<'_>) -> Option<Self> {
        match slot {
            Slot::List(_) => Vec::from_slot(slot).map(Self::Rows),
            _ => JsonMap::from_slot(slot).map(Self::Map),
        }
    }
}
