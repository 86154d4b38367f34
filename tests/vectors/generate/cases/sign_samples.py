"""The vendor's request samples, in the order of the vendor's tables once signed."""

from __future__ import annotations

from typing import List

from . import samples
from .build import Case, refused, signed

EXTS_BODY = (
    '[{"salesleads_ext_key":"自定义字段1","salesleads_ext_value":"api测试用啊"},'
    '{"salesleads_ext_key":"自定义字段2","salesleads_ext_value":"测试用"}]'
)
EXTS_APAAS_BODY = (
    '{"field_kig9p__cywdzm9":"10000.00","field_dacfk__cxuv3jd":"1214123412341234",'
    '"field_puezh__cdc07gx":"12341234125463457634567","field_db3nn__ctvj575":"2024-07-26",'
    '"field_xvw5t__cz8n029":"j8gKhgpu","field_swe5j__cpzhpuj":"xA62mwYV,QlmleNPY"}'
)

ADD_BODY = (
    '{"empName":"负责人","poolName":"线索池名称","code":"code","cus_name":"api专用","source_type":"客户介绍",'
    '"market_name":"市场活动1","linkman":"联系人1","mobile_country":"86","mobile":"18811111111","mobile_repeat":"0",'
    '"tel":"02588888888","customer_classification_name":"学校","position":"公务员","detail":"线索详情线索详情",'
    '"mssProvinceName":"江苏省","mssCityName":"南京市","mssAreaName":"建邺区","mssStreetName":"沙洲街道",'
    '"mark_addr":"江苏省南京市雨花台区春江路1号肯德基(铁心桥餐厅)","email":"waiqin365@waiqin365.com",'
    '"website":"https://api.waiqin365.com/","latlon":"31.963018601806095,118.76207851993819",'
    '"address":"江苏省南京市雨花台区春江路1号肯德基(铁心桥餐厅)","exts":' + EXTS_BODY + "}"
)
ADD_APAAS_BODY = (
    '{"code":"L90188053235235","company_name":"示例公司","source_type":"客户介绍",'
    '"customer_classification_name":"学校","return_reason":"原因","invalid_reason":"失效","market_name":"市场活动名称",'
    '"linkman":"联系人","mobile":{"phone":"18912804466","code":"86"},"mobile_duplicate":"1","telephone":"02588888888",'
    '"position":"公务员","detail":"线索详情线索详情","mss_country":"中国","mss_province":"江苏省","mss_city":"南京市",'
    '"mss_area":"建邺区","mss_street":"沙洲街道","latitude":"31.963018601806095","longitude":"118.76207851993819",'
    '"address":"江苏省南京市雨花台区春江路","mark_addr":"江苏省南京市雨花台区春江路1号肯德基(铁心桥餐厅)",'
    '"email":"waiqin365@waiqin365.com","website":"https://api.waiqin365.com/","allocation_status":"1",'
    '"salesleads_status":"1","pool_name":"默认线索池","removed_result":"暂无","labels":"示例标签",'
    '"responsible_person":"负责人ID","card_photo":"名片","exts":' + EXTS_APAAS_BODY + "}"
)
MODIFY_BODY = (
    '{"id":6789690485561771524,"code":"codezs","poolName":"线索池名称","cus_name":"api专用","source_type":"客户介绍",'
    '"market_name":"市场活动1","linkman":"联系人1","mobile_country":"86","mobile":"18811111111","tel":"02588888888",'
    '"customer_classification_name":"学校","position":"公务员","detail":"线索详情线索详情","mssProvinceName":"江苏省",'
    '"mssCityName":"南京市","mssAreaName":"建邺区","mssStreetName":"沙洲街道","mark_addr":"南京市铁心桥",'
    '"email":"waiqin365@waiqin365.com","website":"https://api.waiqin365.com/",'
    '"latlon":"31.963018601806095,118.76207851993819","address":"江苏省南京市雨花台区春江路1号肯德基(铁心桥餐厅)",'
    '"exts":' + EXTS_BODY + "}"
)
MODIFY_APAAS_BODY = (
    '{"id":5031887187231707391,"company_name":"掌控网络","source_type":"智能拓店",'
    '"customer_classification_name":"运动场馆","return_reason":"联系不上客户","invalid_reason":"其他",'
    '"market_name":"市场活动","linkman":"张三","mobile":{"phone":"15444212232","code":"86"},"telephone":"",'
    '"position":"经理","detail":"这是一个线索详情","mss_country":"中国","mss_province":"江苏省","mss_city":"南京",'
    '"mss_area":"建邺区","mss_street":"秣陵街道","mark_address":"江苏省南京市建邺区国家广告产业园",'
    '"email":"qince@163.com","website":"https://qince.com","allocation_status":"1","salesleads_status":"1",'
    '"pool_name":"默认线索池","responsible_person":"5031887187231707391","exts":' + EXTS_APAAS_BODY + "}"
)
REMOVE_BODY = '{"code":"codezs","emp_id":"5061962864497943367","reason_id":1000025,"content":"api删除1342"}'
QUERY_BODY = (
    '{"code":"codezs","id":"5025653528380651509","linkman":"联系人","mobile":"18811111111","emp_name":"张三",'
    '"cus_name":"线索1","create_time_start":"2020-01-20","create_time_end":"2020-09-20","salesleads_status":"1",'
    '"page":1,"pageSize":10}'
)
QUERY_APAAS_BODY = (
    '{"code":"codezs","id":"5025653528380651509","linkman":"联系人","mobile":"18811111111","emp_name":"张三",'
    '"cus_name":"线索1","create_time_start":"2025-01-20","create_time_end":"2025-09-20",'
    '"modify_time_start":"2025-01-20","modify_time_end":"2025-01-21","salesleads_status":"1",'
    '"sorts":[{"field_key":"create_time","type":"asc"}],"query_group":[{"connector":"AND","filters":'
    '[{"field_key":"create_time","operator":"GE","field_values":["1735660800000"]}]}],"page":1,"pageSize":10}'
)


def cases() -> List[Case]:
    base = "https://openapi.waiqin365.com/api/salesleads/v1/"
    rest = "/open-1/1617206400000/*/m-1"
    as_published = {
        **samples.QUERY_APAAS,
        "sorts": {"field_key": "create_time", "type": "asc"},
        "query_group": {"connector": "AND", "filters": {"field_key": " ", "field_values": " ", "operator": ""}},
    }
    return [
        signed("the vendor's sample", "add", samples.ADD, ADD_BODY, f"{base}addSalesLeads{rest}"),
        signed(
            "the vendor's sample",
            "add_apaas",
            samples.ADD_APAAS,
            ADD_APAAS_BODY,
            f"{base}addSalesLeadsForApaas{rest}",
        ),
        signed("the vendor's sample", "modify", samples.MODIFY, MODIFY_BODY, f"{base}modifySalesLeads{rest}"),
        signed(
            "the vendor's sample, with labels for salesleads_label",
            "modify_apaas",
            samples.MODIFY_APAAS,
            MODIFY_APAAS_BODY,
            f"{base}modifySalesLeadsForApaas{rest}",
        ),
        signed("the vendor's sample", "remove", samples.REMOVE, REMOVE_BODY, f"{base}removeSalesLeads{rest}"),
        signed("the vendor's sample", "query", samples.QUERY, QUERY_BODY, f"{base}querySalesLeads{rest}"),
        signed(
            "the vendor's sample, with arrays for its objects",
            "query_apaas",
            samples.QUERY_APAAS,
            QUERY_APAAS_BODY,
            f"{base}querySalesLeadsForApaas{rest}",
        ),
        refused(
            "the vendor's sample as published has objects where arrays are wanted",
            "query_apaas",
            as_published,
            "sorts:type",
            "query_group:type",
        ),
        refused(
            "the vendor's spelling salesleads_label is unknown",
            "modify_apaas",
            {"id": 1, "salesleads_label": "x"},
            "salesleads_label:unknown_field",
        ),
        refused(
            "the vendor's spelling remove_result is unknown",
            "add_apaas",
            {"company_name": "示例公司", "remove_result": "x"},
            "remove_result:unknown_field",
        ),
        refused(
            "the vendor's spelling sort is unknown",
            "query_apaas",
            {"code": "L1", "sort": [{"field_key": "create_time"}]},
            "sort:unknown_field",
        ),
        refused(
            "mark_address belongs to modify_apaas only",
            "add_apaas",
            {"mark_address": "x"},
            "mark_address:unknown_field",
        ),
        refused(
            "mark_addr belongs to the other operations only",
            "modify_apaas",
            {"code": "L1", "mark_addr": "x"},
            "mark_addr:unknown_field",
        ),
        refused(
            "mobile_repeat belongs to add only",
            "modify",
            {"code": "L1", "mobile_repeat": "0"},
            "mobile_repeat:unknown_field",
        ),
        refused("emp_id belongs to remove only", "query", {"code": "L1", "emp_id": "1"}, "emp_id:unknown_field"),
    ]
