//! `querySalesLeadsForApaas` (线索apaas数据查询).

use crate::endpoint::{Endpoint, Paging};
use crate::json::Json;
use crate::leads::{MODULE, STATUS};
use crate::meta::{Allowed, place};
use crate::operation::{Operation, Query};
use crate::payload::{Id, Table, fields};
use crate::record::{Record, record};
use crate::reply::Page;

const DIRECTION: &[Allowed] =
    &[Allowed::new("asc", "正序", "ascending"), Allowed::new("desc", "倒序", "descending")];

const CONNECTOR: &[Allowed] = &[
    Allowed::new("AND", "", "all filters of the group apply"),
    Allowed::new("OR", "", "any filter of the group applies"),
];

fields! {
    /// Queries aPaaS leads, page by page. At least one condition is required; page, size and sorts are
    /// none.
    payload QueryApaasLeads = "线索apaas数据查询" {
        /// The lead's code.
        code: String = "code", "线索编码", max(100);
        /// The lead's id.
        id: Id = "id", "线索id", max(100);
        /// The contact.
        linkman: String = "linkman", "联系人", max(100);
        /// The mobile number.
        mobile: String = "mobile", "手机号码", max(40);
        /// The person in charge.
        emp_name: String = "emp_name", "负责人", max(100);
        /// The lead's name.
        cus_name: String = "cus_name", "线索名称", max(100);
        /// The first day of creation, `yyyy-MM-dd`.
        create_time_start: String = "create_time_start", "创建时间起始", max(100), date;
        /// The last day of creation, `yyyy-MM-dd`.
        create_time_end: String = "create_time_end", "创建时间结束", max(100), date;
        /// The first day of modification, `yyyy-MM-dd`.
        modify_time_start: String = "modify_time_start", "修改时间起始", max(100), date;
        /// The last day of modification, `yyyy-MM-dd`.
        modify_time_end: String = "modify_time_end", "修改时间结束", max(100), date;
        /// The lead's status.
        salesleads_status: String = "salesleads_status", "线索状态", max(1), one_of(STATUS);
        /// The order of the leads; by time of creation where nothing is given.
        sorts: Vec<LeadSort> = "sorts", "排序";
        /// Further conditions, in groups.
        query_group: Vec<LeadFilterGroup> = "query_group", "查询条件列表";
        /// Which page, from 1, the default.
        page: i64 = "page", "页码";
        /// How many leads a page holds, 1000 by default. The service may return fewer.
        page_size: i64 = "pageSize", "分页大小";
    }
    rules {
        one_besides(sorts, page, page_size);
        date_order(create_time_start, create_time_end);
        date_order(modify_time_start, modify_time_end);
    }
}

impl Operation for QueryApaasLeads {
    const ENDPOINT: &'static Endpoint =
        &Endpoint::new(MODULE, "query_apaas", "querySalesLeadsForApaas", Self::TABLE).in_pages(
            Paging {
                record: ApaasLead::SHAPE,
                id: place(ApaasLead::SHAPE.fields, "id"),
                page: place(Self::TABLE.fields, "page"),
                page_size: place(Self::TABLE.fields, "page_size"),
            },
        );
    type Output = Page<ApaasLead>;
}

impl Query for QueryApaasLeads {
    type Record = ApaasLead;

    fn page(&self) -> (Option<i64>, Option<i64>) {
        (self.page, self.page_size)
    }

    fn with_page(self, page: i64, page_size: i64) -> Self {
        self.page(page).page_size(page_size)
    }

    fn id(record: &ApaasLead) -> Option<&str> {
        record.id()
    }
}

fields! {
    /// By which field leads are ordered.
    part LeadSort = "排序" {
        /// The field.
        field_key: String = "field_key", "排序字段", max(30), required;
        /// The direction.
        direction: String = "type", "排序类型", one_of(DIRECTION);
    }
}

fields! {
    /// Conditions that are joined by AND or OR.
    part LeadFilterGroup = "查询条件" {
        /// How the filters are joined.
        connector: String = "connector", "组内查询条件", one_of(CONNECTOR);
        /// The conditions.
        filters: Vec<LeadFilter> = "filters", "组内查询条件";
    }
}

fields! {
    /// One condition on one field.
    part LeadFilter = "查询条件" {
        /// The field.
        field_key: String = "field_key", "字段key", max(30), required;
        /// The operator; EQ, GE, LE, GT, LT and ISN have been seen, others are passed on.
        operator: String = "operator", "操作符", max(32), required;
        /// The values to compare with; times are milliseconds since the epoch, as text.
        field_values: Vec<Json> = "field_values", "字段值集合";
    }
}

record! {
    /// An aPaaS lead, as the service returns it.
    pub ApaasLead = "apaas线索" {
        /// The lead's id.
        id: text = "id", "线索id", max(32);
        /// The lead's name.
        company_name: text = "company_name", "线索名称", max(100);
        /// The lead's code.
        code: text = "code", "线索编码", max(100);
        /// Where the lead comes from.
        source_type_id: one LeadChoice = "source_type_id", "线索来源";
        /// The kind of lead.
        customer_classification: one LeadChoice = "customer_classification", "线索类型";
        /// Why the lead was returned.
        return_reason_id: one LeadChoice = "return_reason_id", "退回原因";
        /// Why the lead was voided.
        delete_reason_id: one LeadChoice = "delete_reason_id", "作废原因";
        /// Why the lead is invalid; in the vendor's example only.
        invalid_reason_id: one LeadChoice = "invalid_reason_id", "作废原因";
        /// The marketing activity.
        market_id: one LeadReference = "market_id", "市场活动";
        /// The contact.
        linkman: text = "linkman", "联系人", max(100);
        /// The mobile number.
        mobile: one LeadPhone = "mobile", "手机号码";
        /// The landline number.
        tel: text = "tel", "固话", max(100);
        /// The contact's position.
        position: text = "position", "职务", max(100);
        /// Details.
        detail: text = "detail", "线索详情", max(4000);
        /// The country.
        mss_country: one LeadRegion = "mss_country", "国家名称";
        /// The province.
        mss_province: one LeadRegion = "mss_province", "省名称";
        /// The city.
        mss_city: one LeadRegion = "mss_city", "市名称";
        /// The county or district.
        mss_area: one LeadRegion = "mss_area", "区县名称";
        /// The town or street.
        mss_street: one LeadRegion = "mss_street", "乡镇街道名称";
        /// The address.
        mark_addr: text = "mark_addr", "地址", max(100);
        /// The e-mail address.
        email: text = "email", "邮箱", max(100);
        /// The website.
        website: text = "website", "网址", max(100);
        /// Whether the lead is allocated.
        allocation_status: one LeadChoice = "allocation_status", "分配状态";
        /// How far the follow-up is.
        salesleads_status: one LeadChoice = "salesleads_status", "跟进状态";
        /// The names of the labels, with commas between.
        label_names: text = "label_names", "线索标签", max(100);
        /// The lead pool.
        pool_name: text = "pool_name", "线索池", max(100);
        /// More about why the lead was voided.
        removed_result: text = "removed_result", "作废说明", max(100);
        /// The person in charge.
        owner: one LeadReference = "owner", "负责人";
        /// The business card.
        card_photo: list LeadPhoto = "card_photo", "名片";
        /// Custom fields by their keys; what each holds depends on its type.
        exts: json_map = "exts", "自定义字段列表";
    }
}

record! {
    /// An option that was chosen.
    pub LeadChoice = "选项" {
        /// Its code.
        code: text = "code", "选项编码";
        /// Its name.
        label: text = "label", "选项名称";
        /// What was written beside it.
        content: text = "content", "选项内容";
        /// Its status.
        status: text = "status", "选项状态";
    }
}

record! {
    /// A country, province, city, district or street.
    pub LeadRegion = "地区" {
        /// Its code.
        code: text = "code", "地区编码";
        /// Its name.
        name: text = "name", "地区名称";
    }
}

record! {
    /// A person or a marketing activity.
    pub LeadReference = "引用" {
        /// Its name.
        name: text = "name", "名称";
        /// Its id.
        id: text = "id", "ID";
        /// Its status.
        status: text = "status", "状态";
    }
}

record! {
    /// A mobile number.
    pub LeadPhone = "手机号码" {
        /// The number.
        phone: text = "phone", "手机号";
        /// The country code.
        code: text = "code", "国家编码";
    }
}

record! {
    /// A picture.
    pub LeadPhoto = "图片" {
        /// Its path in the service's store.
        path: text = "path", "图片路径";
        /// Its name.
        name: text = "name", "图片名称";
        /// Where it can be fetched.
        url: text = "url", "图片地址";
    }
}
