"""Webhook bodies."""

from __future__ import annotations

from typing import Any, List
from urllib.parse import quote

from model.signing import md5_hex

from .build import Case, Json, fails, form, pushed

SECRET = "push-secret"
TIME = 1503276678552
RECORD = (
    '{"lead_ID":"SK202101090003","lead_code":"zsmd","lead_name":"张三门店","activity_type":"",'
    '"activity_content":"zhangsan","location":"10,20","offset":"50","photo_path":"/aaa/bb.png",'
    '"create_by":"创建人","department":"部门","create_at":"2021-01-09 10:00","ext_note":"自定义字段"}'
)
RECORD_DATA = {
    "lead_ID": "SK202101090003",
    "lead_code": "zsmd",
    "lead_name": "张三门店",
    "activity_type": "",
    "activity_content": "zhangsan",
    "location": "10,20",
    "offset": "50",
    "photo_path": "/aaa/bb.png",
    "create_by": "创建人",
    "department": "部门",
    "create_at": "2021-01-09 10:00",
    "ext_note": "自定义字段",
}
VENDOR_SAMPLE = """{
      "lead_ID": "SK202101090003",
      "lead_code": "zsmd",
      "lead_name":"张三门店",
      "activity_type":"",
      "activity_content": "zhangsan",
      "location": "10,20",
      "offset": "50",
      "photo_path": "/aaa/bb.png",
      "create_by": "创建人",
      "department": "部门",
      "create_at": "yyyy-mm-dd hh:mm",
      "ext_*":"自定义字段"
   }
"""
MALFORMED = fails("malformed")
BAD_SIGNATURE = fails("bad_signature")
STALE = fails("stale")


def parameters(data: str, secret: str = SECRET, **changes: Any) -> Json:
    """The parameters of a push; a change to None leaves one out, `digest` is made last."""
    sent = {
        "msgId": "X0001",
        "dataId": "D1",
        "dataVersion": "001",
        "dataFormat": "json",
        "dataSource": "biz",
        "timestamp": str(TIME),
        "status": "0",
        "tenantId": "T1",
        "dataType": "salesLeads_follow",
        "data": data,
        **changes,
    }
    sent.setdefault("digest", md5_hex(f"{sent['data']}|{secret}|{sent['timestamp']}"))
    return {name: value for name, value in sent.items() if value is not None}


def body(data: str = '{"lead_ID":"1"}', secret: str = SECRET, **changes: Any) -> str:
    return form(parameters(data, secret, **changes))


def event(data: Any = None, ack: str = '{"return_code":0,"return_msg":"","msg_id":"X0001"}', **changes: Any) -> Json:
    result = {
        "msg_id": "X0001",
        "data_id": "D1",
        "data_version": "001",
        "data_source": "biz",
        "data_type": "salesLeads_follow",
        "tenant_id": "T1",
        "timestamp_ms": TIME,
        "redelivery": False,
        "data": {"lead_ID": "1"} if data is None else data,
        **changes,
    }
    return {"ok": {name: value for name, value in result.items() if value is not None}, "ack": ack}


def data_cases() -> List[Case]:
    # (what, data, record)
    records = [
        ("the record of the page", RECORD, RECORD_DATA),
        (
            "the vendor's sample as published",
            VENDOR_SAMPLE,
            {
                **{name: value for name, value in RECORD_DATA.items() if name != "ext_note"},
                "create_at": "yyyy-mm-dd hh:mm",
                "ext_*": "自定义字段",
            },
        ),
        (
            "numbers are text, digit by digit",
            '{"lead_ID":6789690485561771524,"offset":50.50,"lead_code":1e3,"location":-0}',
            {"lead_ID": "6789690485561771524", "offset": "50.50", "lead_code": "1e3", "location": "-0"},
        ),
        (
            "booleans are text",
            '{"activity_type":true,"lead_name":false}',
            {"activity_type": "true", "lead_name": "false"},
        ),
        (
            "numbers and booleans of custom fields are text",
            '{"lead_ID":"1","ext_a":10.0,"ext_b":true,"ext_自定义":6789690485561771524}',
            {"lead_ID": "1", "ext_a": "10.0", "ext_b": "true", "ext_自定义": "6789690485561771524"},
        ),
        (
            "unknown members stay as they are, but for numbers, which are text",
            '{"lead_ID":"1","n":5,"b":true,"o":{"ext_a":1},"a":[1,"2"],"extra":"x"}',
            {"lead_ID": "1", "n": "5", "b": True, "o": {"ext_a": 1}, "a": [1, "2"], "extra": "x"},
        ),
        ("an empty record", "{}", {}),
        (
            "the last of two members counts",
            '{"lead_ID":"1","ext_a":1,"lead_ID":"2","ext_a":2}',
            {"lead_ID": "2", "ext_a": "2"},
        ),
        (
            "escapes",
            r'{"lead_name":"\u5f20\"\\\/\n\ud83d\ude00","ext_\u0061":"\t"}',
            {"lead_name": '张"\\/\n😀', "ext_a": "\t"},
        ),
        ("white space around", ' \r\n\t{ "lead_ID" : "1" } \n', {"lead_ID": "1"}),
        ("signs of the form itself", '{"lead_name":"a+b&c=d%20e f"}', {"lead_name": "a+b&c=d%20e f"}),
        (
            "a pipe, which also parts the signed text",
            '{"lead_name":"a|push-secret|1"}',
            {"lead_name": "a|push-secret|1"},
        ),
        ("astral characters", '{"lead_name":"😀👨‍👩‍👧"}', {"lead_name": "😀👨‍👩‍👧"}),
    ]
    made = [pushed(f"follow-up: {what}", body(data), event(record)) for what, data, record in records]
    for what, data in (
        ("text", '"x"'),
        ("an array", '[{"lead_ID":"1"}]'),
        ("a number", "5"),
        ("true", "true"),
        ("nothing", ""),
        ("a broken object", '{"lead_ID":"1"'),
        ("an object and more", '{"lead_ID":"1"}{}'),
        ("an object in single quotes", "{'lead_ID':'1'}"),
        ("a trailing comma", '{"lead_ID":"1",}'),
        ("a raw line feed in text", '{"lead_ID":"1\n"}'),
        ("HTML", "<html></html>"),
    ):
        made.append(pushed(f"follow-up: {what} is none", body(data), MALFORMED))
    # (what, data, parsed)
    others = [
        ("an object", '{"id":"1","n":5,"ext_a":1,"lead_ID":2}', {"id": "1", "n": 5, "ext_a": 1, "lead_ID": 2}),
        ("an array", '[1,"2",{"a":true}]', [1, "2", {"a": True}]),
        ("text", '"x"', "x"),
        ("a number", "5", 5),
    ]
    for what, data, parsed in others:
        made.append(
            pushed(f"another data type: {what}", body(data, dataType="order"), event(parsed, data_type="order"))
        )
    made += [
        pushed("another data type: text that is no JSON", body("x", dataType="order"), MALFORMED),
        pushed(
            "another data type: its case counts",
            body('{"lead_ID":5}', dataType="salesleads_follow"),
            event({"lead_ID": 5}, data_type="salesleads_follow"),
        ),
    ]
    return made


def form_cases() -> List[Case]:
    sent = parameters('{"lead_ID":"1"}')
    plain = form(sent)
    spaced = form(parameters('{"lead_name":"a b"}'))
    reversed_form = form(dict(reversed(list(sent.items()))))
    encoded_names = "&".join(
        "".join(f"%{ord(char):02x}" for char in name) + "=" + quote(value, safe="") for name, value in sent.items()
    )
    made = [
        pushed("form: spaces as plus signs", spaced, event({"lead_name": "a b"})),
        pushed("form: spaces as %20", spaced.replace("+", "%20"), event({"lead_name": "a b"})),
        pushed("form: a plus sign as %2B", body('{"offset":"+5"}'), event({"offset": "+5"})),
        pushed("form: parameters in another order", reversed_form, event()),
        pushed("form: names percent-encoded", encoded_names, event()),
        pushed("form: escapes in lower case", plain.replace("%7B", "%7b").replace("%7D", "%7d"), event()),
        pushed(
            "form: raw characters that most would encode",
            "&".join(f"{name}={value}" for name, value in parameters('{"lead_name":"张三"}').items()),
            event({"lead_name": "张三"}),
        ),
        pushed(
            "form: an equals sign within a value",
            plain.replace("msgId=X0001", "msgId=X=1="),
            event(msg_id="X=1=", ack='{"return_code":0,"return_msg":"","msg_id":"X=1="}'),
        ),
        pushed("form: unknown parameters are passed over", "a=1&" + plain + "&b=%E5%BC%A0&sign=x", event()),
        pushed("form: an unknown parameter may come twice", "a=1&a=2&" + plain, event()),
        pushed("form: names differ by case", plain + "&MSGID=X2&Data=5", event()),
    ]
    for name in ("msgId", "data", "timestamp", "digest", "dataType"):
        without = {key: value for key, value in sent.items() if key != name}
        made.append(pushed(f"form: {name} is missing", form(without), MALFORMED))
    for name, member in (
        ("dataId", "data_id"),
        ("dataVersion", "data_version"),
        ("dataSource", "data_source"),
        ("tenantId", "tenant_id"),
    ):
        absent: Json = {name: None}
        absent_member: Json = {member: None}
        made.append(pushed(f"form: {name} may be missing", body(**absent), event(**absent_member)))
    made += [
        pushed("form: dataFormat may be missing", body(dataFormat=None), event()),
        pushed("form: status may be missing", body(status=None), event()),
        pushed(
            "form: only what is needed",
            body(dataId=None, dataVersion=None, dataFormat=None, dataSource=None, status=None, tenantId=None),
            event(data_id=None, data_version=None, data_source=None, tenant_id=None),
        ),
        pushed("form: msgId is empty", body(msgId=""), MALFORMED),
        pushed("form: dataType is empty", body(dataType=""), MALFORMED),
        pushed("form: msgId is there without a value", plain.replace("msgId=X0001", "msgId"), MALFORMED),
        pushed("form: data is empty and signed as such", body(""), MALFORMED),
        pushed("form: data is empty and not signed", body("", digest="0" * 32), BAD_SIGNATURE),
        pushed("form: digest is empty", body(digest=""), BAD_SIGNATURE),
        pushed(
            "form: msgId is a space",
            body(msgId=" "),
            event(msg_id=" ", ack='{"return_code":0,"return_msg":"","msg_id":" "}'),
        ),
        pushed(
            "form: other parameters may be empty",
            body(dataFormat="", status=""),
            event(),
        ),
        pushed("form: an empty body", "", MALFORMED),
        pushed("form: JSON instead", '{"msgId":"X0001"}', MALFORMED),
    ]
    for name in (*sent, "statusTime"):
        again = quote(sent.get(name, "2021-01-09 10:00:00"), safe="")
        doubled = plain if name in sent else f"{plain}&{name}={again}"
        made.append(pushed(f"form: {name} comes twice", f"{doubled}&{name}={again}", MALFORMED))
    made += [
        pushed("form: msgId comes twice with another value", plain + "&msgId=X0002", MALFORMED),
        pushed("form: a name comes again percent-encoded", plain + "&%6DsgId=X0001", MALFORMED),
    ]
    for what, escape in (
        ("a percent sign at the end", "%"),
        ("an escape cut off", "%4"),
        ("an escape that is not hex", "%zz"),
        ("an escape with one hex digit", "%4g"),
        ("an escape with a sign", "%+1"),
        ("a unicode escape", "%u5F20"),
        ("two percent signs", "%%20"),
    ):
        made.append(pushed(f"form: {what}", body(tenantId=None) + "&tenantId=T" + escape, MALFORMED))
    for what, octets in (
        ("a lone octet", "%FF"),
        ("a continuation without a start", "%80"),
        ("a sequence cut off", "%E5%BC"),
        ("an overlong form", "%C0%AF"),
        ("a surrogate", "%ED%A0%80"),
        ("beyond U+10FFFF", "%F4%90%80%80"),
    ):
        made.append(pushed(f"form: invalid UTF-8, {what}", body(dataId=None) + "&dataId=" + octets, MALFORMED))
    return made


def signature_cases() -> List[Case]:
    sent = parameters('{"lead_ID":"1"}')
    digest = sent["digest"]

    def with_digest(changed: str) -> str:
        return form({**sent, "digest": changed})

    mixed = "".join(char.upper() if index % 2 else char for index, char in enumerate(digest))
    made = [
        pushed("signature: upper-case hex", with_digest(digest.upper()), event()),
        pushed("signature: hex in mixed case", with_digest(mixed), event()),
        pushed("signature: the first of several secrets", body(), event(), secrets=[SECRET, "other"]),
        pushed("signature: the last of several secrets", body(), event(), secrets=["old", "other", SECRET]),
        pushed("signature: none of several secrets", body(), BAD_SIGNATURE, secrets=["old", "other"]),
        pushed("signature: no secrets at all", body(), BAD_SIGNATURE, secrets=[]),
        pushed("signature: an empty secret never matches", body(secret=""), BAD_SIGNATURE, secrets=[""]),
        pushed(
            "signature: an empty secret among others never matches", body(secret=""), BAD_SIGNATURE, secrets=["a", ""]
        ),
        pushed("signature: an empty secret does no harm", body(), event(), secrets=["", SECRET, ""]),
        pushed("signature: another secret", body(), BAD_SIGNATURE, secrets=["push-secreT"]),
        pushed("signature: a secret with a space behind", body(), BAD_SIGNATURE, secrets=[SECRET + " "]),
        pushed("signature: a secret beyond ASCII", body(secret="密钥😀|&"), event(), secrets=["密钥😀|&"]),
        pushed("signature: the data was changed", form({**sent, "data": '{"lead_ID":"2"}'}), BAD_SIGNATURE),
        pushed("signature: the data was written anew", form({**sent, "data": '{"lead_ID": "1"}'}), BAD_SIGNATURE),
        pushed("signature: the timestamp was changed", form({**sent, "timestamp": str(TIME + 1)}), BAD_SIGNATURE),
        pushed("signature: the last digit was changed", with_digest(digest[:-1] + "g"), BAD_SIGNATURE),
        pushed("signature: the digest is cut short", with_digest(digest[:-1]), BAD_SIGNATURE),
        pushed("signature: the digest is longer", with_digest(digest + "0"), BAD_SIGNATURE),
        pushed("signature: a space before the digest", with_digest(" " + digest), BAD_SIGNATURE),
        pushed("signature: the digest of other parts", with_digest(md5_hex("1|2|3")), BAD_SIGNATURE),
        pushed("signature: characters beyond ASCII", with_digest("张" * 32), BAD_SIGNATURE),
        pushed(
            "signature: other parameters are not signed",
            form({**sent, "msgId": "X0002"}),
            event(msg_id="X0002", ack='{"return_code":0,"return_msg":"","msg_id":"X0002"}'),
        ),
        pushed(
            "signature: a body in full, its digest made by other means",
            "msgId=X0001&timestamp=1503276678552&dataType=salesLeads_follow&data=%7B%22lead_ID%22%3A%221%22%7D"
            "&digest=6a7546ee873f5f2b1c2eeedcf743104a",
            event(data_id=None, data_version=None, data_source=None, tenant_id=None),
        ),
    ]
    return made


def time_cases() -> List[Case]:
    made = []
    for what, timestamp in (
        ("empty", ""),
        ("text", "abc"),
        ("a fraction", "1503276678552.5"),
        ("an exponent", "1e12"),
        ("hexadecimal", "0x15E"),
        ("a date", "2017-08-21 08:51:18"),
        ("2^63", "9223372036854775808"),
        ("less than -2^63", "-9223372036854775809"),
        ("a minus alone", "-"),
        ("a plus sign", "+1503276678552"),
        ("full-width digits", "１５０３２７６６７８５５２"),
        ("digits and more", "1503276678552ms"),
    ):
        made.append(pushed(f"timestamp: {what}", body(timestamp=timestamp), MALFORMED))
    made += [
        pushed("timestamp: negative", body(timestamp="-5"), event(timestamp_ms=-5)),
        pushed("timestamp: zero", body(timestamp="0"), event(timestamp_ms=0), max_age_ms=None),
        pushed("timestamp: the largest is far in the future", body(timestamp=str(2**63 - 1)), STALE, max_age_ms=1000),
        pushed("timestamp: the smallest is far in the past", body(timestamp=str(-(2**63))), STALE, max_age_ms=1000),
        pushed(
            "timestamp: the smallest is far in the past at the epoch too",
            body(timestamp=str(-(2**63))),
            STALE,
            now_ms=0,
            max_age_ms=9007199254740991,
        ),
    ]
    # (what, now - timestamp, max_age_ms, stale)
    ages = [
        ("as old as allowed", 300000, 300000, False),
        ("older by a millisecond", 300001, 300000, True),
        ("as far in the future as allowed", -300000, 300000, False),
        ("further in the future by a millisecond", -300001, 300000, True),
        ("of this very moment with no age allowed", 0, 0, False),
        ("a millisecond old with no age allowed", 1, 0, True),
        ("a millisecond early with no age allowed", -1, 0, True),
        ("ten days old where age does not count", 864000000, None, False),
        ("ten days early where age does not count", -864000000, None, False),
    ]
    for what, age, max_age_ms, stale in ages:
        expect = STALE if stale else event()
        made.append(pushed(f"age: {what}", body(), expect, now_ms=TIME + age, max_age_ms=max_age_ms))
    return made


def delivery_cases() -> List[Case]:
    made = [
        pushed(
            "delivery: status 2 is a redelivery",
            body(status="2", statusTime="2021-01-09 10:00:00"),
            event(redelivery=True, status_time="2021-01-09 10:00:00"),
        ),
        pushed("delivery: a redelivery without a time", body(status="2"), event(redelivery=True)),
        pushed("delivery: status 1 is none", body(status="1"), event()),
        pushed("delivery: status 22 is none", body(status="22"), event()),
        pushed("delivery: a time alone makes none", body(statusTime="2021-01-09"), event(status_time="2021-01-09")),
        pushed("delivery: data made through the interface", body(dataSource="api"), event(data_source="api")),
        pushed(
            "delivery: other parameters are handed on as they are",
            body(dataId=" 张 ", dataVersion="x+y", tenantId="7872470323618986146", dataFormat="xml"),
            event(data_id=" 张 ", data_version="x+y", tenant_id="7872470323618986146"),
        ),
    ]
    for what, msg_id, escaped in (
        ("quotation marks and backslashes", 'a"b\\c', 'a\\"b\\\\c'),
        ("control characters", "a\n\t\x01\x1f", "a\\n\\t\\u0001\\u001f"),
        ("characters that stay", "消息/😀\u2028\x7f", "消息/😀\u2028\x7f"),
        ("spaces", " a b ", " a b "),
    ):
        ack = f'{{"return_code":0,"return_msg":"","msg_id":"{escaped}"}}'
        made.append(pushed(f"acknowledgement: {what}", body(msgId=msg_id), event(msg_id=msg_id, ack=ack)))
    return made


def order_cases() -> List[Case]:
    late: Json = {"now_ms": TIME + 1000, "max_age_ms": 10}
    wrong = "0" * 32
    return [
        pushed("order: broken form before bad signature", body(digest=wrong) + "&tenantId=%", MALFORMED, **late),
        pushed("order: missing parameter before bad signature", body(digest=wrong, msgId=None), MALFORMED, **late),
        pushed("order: missing parameter before stale", body(dataType=None), MALFORMED, **late),
        pushed("order: bad timestamp before bad signature", body(digest=wrong, timestamp="x"), MALFORMED),
        pushed("order: bad timestamp before no secrets", body(timestamp="x"), MALFORMED, secrets=[]),
        pushed("order: empty msgId before bad signature", body(digest=wrong, msgId=""), MALFORMED, **late),
        pushed("order: empty dataType before stale", body(dataType=""), MALFORMED, **late),
        pushed("order: bad signature before stale", body(digest=wrong), BAD_SIGNATURE, **late),
        pushed("order: bad signature before broken JSON", body("{", digest=wrong), BAD_SIGNATURE),
        pushed("order: bad signature before stale and broken JSON", body("{", digest=wrong), BAD_SIGNATURE, **late),
        pushed("order: stale before broken JSON", body("{"), STALE, **late),
        pushed("order: stale before a follow-up that is none", body("[]"), STALE, **late),
        pushed("order: no secrets before stale", body(), BAD_SIGNATURE, secrets=[], **late),
    ]


def cases() -> List[Case]:
    return data_cases() + form_cases() + signature_cases() + time_cases() + delivery_cases() + order_cases()
