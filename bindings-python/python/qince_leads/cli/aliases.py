"""Other names that people, and this product's own exports, give to the attributes of a lead."""

from __future__ import annotations

_COMPANY = (
    *(
        "客户",
        "客户名",
        "公司",
        "公司名",
        "公司名称",
        "企业",
        "企业名",
        "企业名称",
        "单位",
        "单位名称",
        "线索",
        "线索名",
        "线索名称",
    ),
    *("company", "company name", "customer", "customer name", "lead name"),
)
_MAY_REPEAT = ("手机号是否重复", "手机号能否重复", "手机号可重复", "手机可重复", "允许重复", "是否允许重复")
_LANDLINE = (
    "电话",
    "电话号码",
    "联系电话",
    "座机",
    "座机号",
    "座机号码",
    "固定电话",
    "办公电话",
    "telephone",
    "landline",
)

ALIASES: dict[str, tuple[str, ...]] = {
    "emp_name": (
        "负责人姓名",
        "业务员",
        "销售",
        "销售员",
        "销售负责人",
        "跟进人",
        "所属人",
        "归属人",
        "owner",
        "sales",
    ),
    "responsible_person": ("负责人编号", "owner"),
    "pool_name": ("线索池", "所属线索池", "公海", "公海池", "lead pool", "pool"),
    "code": ("编码", "编号", "线索编号", "线索号", "外部编码", "外部编号", "lead code"),
    "cus_name": (*_COMPANY, "客户全称"),
    "company_name": (*_COMPANY, "客户名称", "客户全称"),
    "source_type": ("来源", "客户来源", "渠道", "来源渠道", "source_type_name", "source_type_id", "source"),
    "market_name": ("市场活动", "活动", "活动名称", "campaign"),
    "linkman": ("联系人姓名", "联系人名称", "联络人", "姓名", "contact", "contact name"),
    "mobile_country": ("国家码", "手机国家码", "country code"),
    "mobile": (
        "手机",
        "手机号",
        "联系手机",
        "联系人手机",
        "移动电话",
        "mobile phone",
        "mobile number",
        "cell",
        "phone",
    ),
    "mobile_repeat": _MAY_REPEAT,
    "mobile_duplicate": _MAY_REPEAT,
    "tel": _LANDLINE,
    "telephone": ("tel", *_LANDLINE),
    "customer_classification_name": ("类型", "客户类型", "线索分类", "分类", "customer_classification"),
    "position": ("职位", "岗位", "job title", "title"),
    "detail": ("详情", "备注", "说明", "描述", "需求", "线索描述", "remark", "remarks", "note", "notes", "description"),
    "return_reason": ("return_reason_id",),
    "invalid_reason": ("invalid_reason_id", "无效原因"),
    "mss_country": ("国家名称",),
    "mss_province_name": ("省", "省份", "所在省", "mss_province", "province"),
    "mss_city_name": ("市", "城市", "所在市", "mss_city", "city"),
    "mss_area_name": ("区", "县", "区县", "区/县", "mss_area", "district"),
    "mss_street_name": ("街道", "乡镇", "乡镇街道", "mss_street", "street"),
    "mss_province": ("省", "省份", "所在省", "province"),
    "mss_city": ("市", "城市", "所在市", "city"),
    "mss_area": ("区", "县", "区县", "区/县", "district"),
    "mss_street": ("街道", "乡镇", "乡镇街道", "street"),
    "mark_addr": ("详细地址", "公司地址", "联系地址", "客户地址"),
    "email": ("电子邮箱", "邮件", "电子邮件", "e-mail", "mail"),
    "website": ("官网", "网站", "公司网址", "url"),
    "salesleads_status": ("状态",),
    "labels": ("标签", "label_names"),
    "removed_result": ("作废说明",),
}
"""By the attribute's name, in payloads of either family."""

YES = ("是", "可", "能", "允许", "yes", "y", "true")
NO = ("否", "不", "不可", "不能", "不允许", "no", "n", "false")
