//! `querySalesLeads` (线索数据查询).

use crate::endpoint::{Endpoint, Paging};
use crate::leads::{MODULE, STATUS};
use crate::meta::place;
use crate::operation::{Operation, Query};
use crate::payload::{Id, Table, fields};
use crate::record::{Record, record};
use crate::reply::Page;

fields! {
    /// Queries classic leads, page by page. At least one condition is required; page and size are none.
    payload QueryLeads = "线索数据查询" {
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
        /// Which page, from 1, the default.
        page: i64 = "page", "页码";
        /// How many leads a page holds, 1000 by default. The service may return fewer.
        page_size: i64 = "pageSize", "分页大小";
    }
    rules {
        one_besides(page, page_size);
        date_order(create_time_start, create_time_end);
        date_order(modify_time_start, modify_time_end);
    }
}

impl Operation for QueryLeads {
    const ENDPOINT: &'static Endpoint =
        &Endpoint::new(MODULE, "query", "querySalesLeads", Self::TABLE).in_pages(Paging {
            record: Lead::SHAPE,
            id: place(Lead::SHAPE.fields, "id"),
            page: place(Self::TABLE.fields, "page"),
            page_size: place(Self::TABLE.fields, "page_size"),
        });
    type Output = Page<Lead>;
}

impl Query for QueryLeads {
    type Record = Lead;

    fn page(&self) -> (Option<i64>, Option<i64>) {
        (self.page, self.page_size)
    }

    fn with_page(self, page: i64, page_size: i64) -> Self {
        self.page(page).page_size(page_size)
    }

    fn id(record: &Lead) -> Option<&str> {
        record.id()
    }
}

record! {
    /// A classic lead, as the service returns it.
    pub Lead = "线索" {
        /// The lead's id.
        id: text = "id", "线索id", max(32);
        /// The lead's name.
        cus_name: text = "cus_name", "线索名称", max(100);
        /// The lead's code.
        code: text = "code", "线索编码", max(100);
        /// Where the lead comes from.
        source_type_name: text = "source_type_name", "线索来源", max(100);
        /// The marketing activity.
        market_name: text = "market_name", "市场活动名称", max(100);
        /// The contact.
        linkman: text = "linkman", "联系人", max(100);
        /// The country code of the mobile number.
        mobile_country: text = "mobile_country", "手机号码国家码", max(32);
        /// The mobile number.
        mobile: text = "mobile", "手机号码", max(100);
        /// The landline number.
        tel: text = "tel", "固话", max(100);
        /// The contact's position.
        position: text = "position", "职务", max(100);
        /// Details.
        detail: text = "detail", "线索详情", max(4000);
        /// The province.
        mss_province: text = "mss_province", "省名称", max(100);
        /// The city.
        mss_city: text = "mss_city", "市名称", max(100);
        /// The county or district.
        mss_area: text = "mss_area", "区县名称", max(100);
        /// The town or street.
        mss_street: text = "mss_street", "乡镇街道名称", max(100);
        /// The address.
        mark_addr: text = "mark_addr", "地址", max(100);
        /// The e-mail address.
        email: text = "email", "邮箱", max(100);
        /// The website.
        website: text = "website", "网址", max(100);
        /// The person in charge.
        emp_name: text = "emp_name", "负责人", max(100);
        /// The Qince id of the person in charge.
        emp_id_str: text = "emp_id_str", "负责人勤策id", max(100);
        /// The status in words.
        status_value: text = "status_value", "状态", max(100);
        /// What was last noted.
        result: text = "result", "跟进内容", max(100);
        /// Why the lead is invalid.
        disable_reason_name: text = "disable_reason_name", "线索无效原因", max(100);
        /// More about why the lead is invalid.
        disable_reason_ext: text = "disable_reason_ext", "无效补充说明", max(100);
        /// Why the lead was voided.
        delete_reason_name: text = "delete_reason_name", "作废原因", max(100);
        /// More about why the lead was voided.
        delete_reason_ext: text = "delete_reason_ext", "作废补充说明", max(100);
        /// Why the lead was returned.
        return_reason_name: text = "return_reason_name", "退回原因", max(4000);
        /// The lead pool.
        pool_name: text = "pool_name", "所属线索池", max(4000);
        /// Who allocated the lead.
        distribution_name: text = "distribution_name", "分配人", max(100);
        /// When the lead was allocated.
        distribution_take_time: text = "distribution_take_time", "分配时间", max(100);
        /// Who created the lead.
        creator_name: text = "creator_name", "创建人", max(100);
        /// When the lead was created, `yyyy-MM-dd HH:mm`.
        create_time: text = "create_time", "创建时间", max(100);
        /// When the lead was converted.
        transf_time: text = "transf_time", "转换时间", max(100);
        /// When the person in charge changed, `yyyy-MM-dd HH:mm`.
        owner_change_time: text = "owner_change_time", "负责人变更时间", max(100);
        /// Who followed up last.
        follow_name: text = "follow_name", "最后跟进人", max(100);
        /// When the last follow-up was, `yyyy-MM-dd HH:mm`.
        follow_time: text = "follow_time", "最后跟进时间", max(100);
        /// Who modified the lead last; the vendor's spelling.
        modifyier_name: text = "modifyier_name", "最后修改人", max(100);
        /// When the lead was last modified, `yyyy-MM-dd HH:mm`.
        modify_time: text = "modify_time", "最后修改时间", max(100);
        /// The kind of lead.
        customer_classification_name: text = "customer_classification_name", "线索类型", max(100);
        /// The code of the customer that the lead became.
        cm_code: text = "cm_code", "已转换客户编码", max(100);
        /// The name of the customer that the lead became.
        cm_name: text = "cm_name", "已转换客户名称", max(100);
        /// Labels.
        labels: list LeadLabel = "labels", "标签列表";
        /// Custom fields.
        exts: list LeadExt = "exts", "自定义字段列表";
    }
}

record! {
    /// A label of a classic lead.
    pub LeadLabel = "标签" {
        /// The id of the lead that it is on.
        salesleads_id: text = "salesleads_id", "标签对应线索id", max(100);
        /// Its colour, as in `#cc0000`.
        color: text = "color", "标签颜色", max(100);
        /// Its name.
        name: text = "name", "标签名", max(100);
        /// The rule by which it is put on.
        rule_description: text = "rule_description", "标签规则描述", max(100);
        /// Its id.
        id: text = "id", "标签id", max(100);
        /// Its status.
        status: text = "status", "标签status", max(100);
    }
}

record! {
    /// A custom field of a classic lead.
    pub LeadExt = "自定义字段" {
        /// Its key.
        ext_key: text = "ext_key", "自定义字段key", max(100);
        /// Its value.
        ext_value: text = "ext_value", "自定义字段value", max(100);
        /// Its column.
        ext_column: text = "ext_column", "自定义字段column", max(100);
    }
}
