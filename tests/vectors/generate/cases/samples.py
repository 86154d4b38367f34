"""The samples on the vendor's page: requests as payloads, replies as text."""

from __future__ import annotations

from typing import Any, Dict

EXTS = [
    {"salesleads_ext_key": "自定义字段1", "salesleads_ext_value": "api测试用啊"},
    {"salesleads_ext_key": "自定义字段2", "salesleads_ext_value": "测试用"},
]
EXTS_APAAS = {
    "field_kig9p__cywdzm9": "10000.00",
    "field_dacfk__cxuv3jd": "1214123412341234",
    "field_puezh__cdc07gx": "12341234125463457634567",
    "field_db3nn__ctvj575": "2024-07-26",
    "field_xvw5t__cz8n029": "j8gKhgpu",
    "field_swe5j__cpzhpuj": "xA62mwYV,QlmleNPY",
}

ADD: Dict[str, Any] = {
    "empName": "负责人",
    "code": "code",
    "cus_name": "api专用",
    "poolName": "线索池名称",
    "source_type": "客户介绍",
    "market_name": "市场活动1",
    "linkman": "联系人1",
    "mobile_country": "86",
    "mobile": "18811111111",
    "mobile_repeat": "0",
    "tel": "02588888888",
    "customer_classification_name": "学校",
    "position": "公务员",
    "detail": "线索详情线索详情",
    "mssProvinceName": "江苏省",
    "mssCityName": "南京市",
    "mssAreaName": "建邺区",
    "mssStreetName": "沙洲街道",
    "mark_addr": "江苏省南京市雨花台区春江路1号肯德基(铁心桥餐厅)",
    "email": "waiqin365@waiqin365.com",
    "website": "https://api.waiqin365.com/",
    "address": "江苏省南京市雨花台区春江路1号肯德基(铁心桥餐厅)",
    "latlon": "31.963018601806095,118.76207851993819",
    "exts": EXTS,
}

ADD_APAAS: Dict[str, Any] = {
    "company_name": "示例公司",
    "code": "L90188053235235",
    "source_type": "客户介绍",
    "customer_classification_name": "学校",
    "return_reason": "原因",
    "invalid_reason": "失效",
    "market_name": "市场活动名称",
    "mobile": {"phone": "18912804466", "code": "86"},
    "linkman": "联系人",
    "telephone": "02588888888",
    "position": "公务员",
    "detail": "线索详情线索详情",
    "mss_country": "中国",
    "mss_province": "江苏省",
    "mss_city": "南京市",
    "mss_area": "建邺区",
    "mss_street": "沙洲街道",
    "mark_addr": "江苏省南京市雨花台区春江路1号肯德基(铁心桥餐厅)",
    "email": "waiqin365@waiqin365.com",
    "website": "https://api.waiqin365.com/",
    "latitude": "31.963018601806095",
    "longitude": "118.76207851993819",
    "address": "江苏省南京市雨花台区春江路",
    "allocation_status": "1",
    "salesleads_status": "1",
    "pool_name": "默认线索池",
    "removed_result": "暂无",
    "labels": "示例标签",
    "responsible_person": "负责人ID",
    "card_photo": "名片",
    "mobile_duplicate": "1",
    "exts": EXTS_APAAS,
}

MODIFY: Dict[str, Any] = {
    "id": 6789690485561771524,
    "code": "codezs",
    "poolName": "线索池名称",
    "cus_name": "api专用",
    "source_type": "客户介绍",
    "market_name": "市场活动1",
    "linkman": "联系人1",
    "mobile_country": "86",
    "mobile": "18811111111",
    "tel": "02588888888",
    "customer_classification_name": "学校",
    "position": "公务员",
    "detail": "线索详情线索详情",
    "mssProvinceName": "江苏省",
    "mssCityName": "南京市",
    "mssAreaName": "建邺区",
    "mssStreetName": "沙洲街道",
    "mark_addr": "南京市铁心桥",
    "email": "waiqin365@waiqin365.com",
    "website": "https://api.waiqin365.com/",
    "address": "江苏省南京市雨花台区春江路1号肯德基(铁心桥餐厅)",
    "latlon": "31.963018601806095,118.76207851993819",
    "exts": EXTS,
}

MODIFY_APAAS: Dict[str, Any] = {
    "id": 5031887187231707391,
    "company_name": "掌控网络",
    "source_type": "智能拓店",
    "customer_classification_name": "运动场馆",
    "return_reason": "联系不上客户",
    "invalid_reason": "其他",
    "market_name": "市场活动",
    "linkman": "张三",
    "mobile": {"phone": "15444212232", "code": "86"},
    "telephone": "",
    "position": "经理",
    "detail": "这是一个线索详情",
    "mss_country": "中国",
    "mss_province": "江苏省",
    "mss_city": "南京",
    "mss_area": "建邺区",
    "mss_street": "秣陵街道",
    "mark_address": "江苏省南京市建邺区国家广告产业园",
    "email": "qince@163.com",
    "website": "https://qince.com",
    "allocation_status": "1",
    "salesleads_status": "1",
    "pool_name": "默认线索池",
    "removed_result": None,
    "labels": None,
    "responsible_person": "5031887187231707391",
    "card_photo": None,
    "exts": EXTS_APAAS,
}

REMOVE: Dict[str, Any] = {
    "code": "codezs",
    "emp_id": "5061962864497943367",
    "reason_id": 1000025,
    "content": "api删除1342",
}

QUERY: Dict[str, Any] = {
    "code": "codezs",
    "id": "5025653528380651509",
    "linkman": "联系人",
    "mobile": "18811111111",
    "emp_name": "张三",
    "cus_name": "线索1",
    "create_time_start": "2020-01-20",
    "create_time_end": "2020-09-20",
    "salesleads_status": "1",
    "page": 1,
    "pageSize": 10,
}

QUERY_APAAS: Dict[str, Any] = {
    "code": "codezs",
    "id": "5025653528380651509",
    "linkman": "联系人",
    "mobile": "18811111111",
    "emp_name": "张三",
    "cus_name": "线索1",
    "create_time_start": "2025-01-20",
    "create_time_end": "2025-09-20",
    "modify_time_start": "2025-01-20",
    "modify_time_end": "2025-01-21",
    "salesleads_status": "1",
    "sorts": [{"field_key": "create_time", "type": "asc"}],
    "query_group": [
        {
            "connector": "AND",
            "filters": [{"field_key": "create_time", "field_values": ["1735660800000"], "operator": "GE"}],
        }
    ],
    "page": 1,
    "pageSize": 10,
}

LEADS = """\
[
     {
         "id":"6789690485561771524",
         "cus_name":"api专用",
         "code":"",
         "source_type_name":"客户介绍",
         "market_name":"市场活动1",
         "linkman":"联系人1",
         "mobile_country":"86",
         "mobile":"18811111111",
         "tel":"02588888888",
         "position":"公务员",
         "detail":"线索详情",
         "mss_province":"江苏省",
         "mss_city":"南京市",
         "mss_area":"雨花台区",
         "mss_street":"",
         "mark_addr":"江苏省南京市雨花台区春江路1号肯德基(铁心桥餐厅)详细地址",
         "email":"waiqin365@waiqin365.com",
         "website":"https://api.waiqin365.com/",
         "emp_name":"李四",
         "status_value":"跟进",
         "emp_id_str":"5025653528380651509",
         "create_time":"2020-07-25 14:45",
         "owner_change_time":"2020-07-27 17:10",
         "result":"跟进内容",
         "disable_reason_name":"线索重复2",
         "disable_reason_ext":"误操作重复导入了",
         "creator_name":"系统",
         "follow_name":"张三",
         "follow_time":"2020-07-27 19:43",
         "modifyier_name":"张三",
         "transf_time":"",
         "modify_time":"2020-07-27 19:42",
         "pool_name":"",
         "distribution_name":"",
         "distribution_take_time":"",
         "return_reason_name":"",
         "delete_reason_name":"客户暂无需求",
         "delete_reason_ext":"录制错误了",
         "customer_classification_name":"学校",
         "cm_code":"CUS000044",
         "cm_name":"已转换客户名称",
         "labels":[
            {
                "salesleads_id":"6789690485561771524",
                "color":"#cc0000",
                "name":"重复",
                "rule_description":"新增、编辑线索时根据设置的查重条件检查当前线索是否与系统内已存在的线索重复,如果重复则打上此标签",
                "id":"1",
                "status":"1"
            }
         ],
         "exts":[
            {
                "ext_column":"ext_2206290023",
                "ext_key":"数值111",
                "ext_value":"10"
            }
         ]
     }
]
"""

LEADS_APAAS = """\
[
  {
    "card_photo": [
      {
        "path": "apaas/salesleads_info/5fb13110e1de13d4c11e6e7f5b8026da_r.jpg",
        "name": null,
        "url": "http://image-test.waiqin365.com/7872470323618986146/apaas/salesleads_info/5fb13110e1de13d4c11e6e7f5b8026da_r.jpg"
      }
    ],
    "code": "L2025040300000568",
    "mss_province": {
      "code": "320000",
      "name": "江苏省"
    },
    "return_reason_id": {
      "code": "THYY0001",
      "label": "联系不上客户",
      "content": null
    },
    "customer_classification":{
        "code": "YDCG",
        "label": "运动场馆",
        "content": null
    },
    "salesleads_status": {
      "code": "4YJHrhGk",
      "label": "待处理",
      "content": null
    },
    "source_type_id": {
      "code": "LY0002",
      "label": "会议",
      "content": null
    },
    "mss_area": {
      "code": "320105",
      "name": "建邺区"
    },
    "mark_addr": "国家广告园",
    "tel": "8875412",
    "mss_street": {
      "code": "320105002",
      "name": "沙洲街道"
    },
    "id": "4983449723663499848",
    "exts": {
      "field_VjL4R__c": {
        "code": "选项1",
        "label": "选项1",
        "content": null
      },
      "field_dV3SL__c": [
        {
          "path": "apaas/salesleads_info/5fb13110e1de13d4c11e6e7f5b8026da_r.jpg",
          "name": "5fb13110e1de13d4c11e6e7f5b8026da_r.jpg",
          "url": "http://image-test.waiqin365.com/7872470323618986146/apaas/salesleads_info/5fb13110e1de13d4c11e6e7f5b8026da_r.jpg"
        },
        {
          "path": "apaas/salesleads_info/5fb13110e1de13d4c11e6e7f5b8026da_r.jpg",
          "name": "5fb13110e1de13d4c11e6e7f5b8026da_r.jpg",
          "url": "http://image-test.waiqin365.com/7872470323618986146/apaas/salesleads_info/5fb13110e1de13d4c11e6e7f5b8026da_r.jpg"
        }
      ],
      "field_8wbqi__c": "单行文本",
      "field_Jl4uS__c": {
        "format": "YYYY-MM-DD",
        "value": "2025-12-31"
      },
      "field_MB2ri__c": [
        {
          "code": "选项1",
          "label": "选项1",
          "content": null,
          "status": "1"
        },
        {
          "code": "选项2",
          "label": "选项2",
          "content": null,
          "status": "1"
        }
      ],
      "field_AaZnB__c": "22.00",
      "field_L0Ok0__c": {
        "code": "4LCM1jU6",
        "label": "选项1",
        "content": null
      },
      "field_1B7iQ__c": "多行文本",
      "field_JTEBH__c": [
        {
          "path": "apaas/salesleads_info/5fb13110e1de13d4c11e6e7f5b8026da_r.jpg",
          "name": null,
          "url": "http://image-test.waiqin365.com/7872470323618986146/apaas/salesleads_info/5fb13110e1de13d4c11e6e7f5b8026da_r.jpg"
        },
        {
          "path": "apaas/salesleads_info/5fb13110e1de13d4c11e6e7f5b8026da_r.jpg",
          "name": null,
          "url": "http://image-test.waiqin365.com/7872470323618986146/apaas/salesleads_info/5fb13110e1de13d4c11e6e7f5b8026da_r.jpg"
        }
      ]
    },
    "email": "234242@qq.com",
    "owner": {
      "name": "老板",
      "id": "6044797260167447230",
      "status": "1"
    },
    "website": "http://www.dsdsd.com",
    "mss_country": {
      "code": "86",
      "name": "中国"
    },
    "mobile": {
      "code": "86",
      "phone": "15269887453"
    },
    "market_id": {
      "name": "试个水",
      "id": "7715879860058939412",
      "status": "1"
    },
    "label_names": "人工设置标签,人工设置标签1",
    "linkman": "联系人哇",
    "mss_city": {
      "code": "320100",
      "name": "南京市"
    },
    "pool_name": "默认线索池",
    "company_name": "测试企业",
    "invalid_reason_id": null,
    "allocation_status": {
      "code": "YWsaHzOn",
      "label": "已分配",
      "content": null
    },
    "removed_result": "找不到客户"
  }
]
"""
