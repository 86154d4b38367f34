"""Statuses, encodings and bodies that are no reply of the service."""

from __future__ import annotations

import base64
from typing import List

from .build import Case, fails, leads, ok, reply

HTML = "<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>"
MALFORMED = fails("malformed")
ROWS = '{"return_code":"0","return_msg":null,"msg_id":null,"response_data":"[{\\"id\\":\\"1\\"}]"}'
REFUSAL = '{"return_code":"1","return_msg":"no","msg_id":"r1","response_data":null}'
REFUSED = fails("rejected", code="1", message="no", msg_id="r1")

# Literals, since compressors differ in what they write.
GZIP_ROWS = base64.b64decode(  # one row with id 1, cus_name 示例公司 three times
    "H4sIAAAAAAACA6tWKkotKS3Ki0/OT0lVslIyUNKBieQWpytZ5ZXm5OgoAZnxmSkwXlFqcUF+XnFqfEpiSSJQT3R1jFJmSoySVYySYYySToxS"
    "cmlxfF5ibipY6PmSXU/2dT9tXfO0fwcudoxSbaxSLQDG7P3jjAAAAA=="
)
GZIP_REFUSAL = base64.b64decode(
    "H4sIAAAAAAACA6tWKkotKS3Ki0/OT0lVslIyVNKBieQWpwMF8vKBIkBmfGYKkFcEkS8uyM8rTo1PSSxJVLLKK83JqQUA/Vm4x0gAAAA="
)
GZIP_HTML = base64.b64decode("H4sIAAAAAAACA7PJKMnNsbNJyk+ptHNKTFFwTyxJLU+stNEHi9jog6UBegZ8ZiUAAAA=")


def status_cases() -> List[Case]:
    made = []
    for status in (300, 301, 304, 400, 401, 403, 404, 405, 408, 413, 429, 500, 502, 503, 504, 599):
        op = "query" if status % 2 else "add"
        made.append(reply(f"status {status} with HTML", op, status, HTML, fails("http_status", status=status)))
    for status in (404, 500, 503):
        made.append(
            reply(f"status {status} with an empty body", "modify", status, "", fails("http_status", status=status))
        )
    for status in (300, 400, 401, 404, 429, 500, 502):
        made.append(reply(f"status {status} with a refusal of the service", "remove", status, REFUSAL, REFUSED))
        made.append(reply(f"status {status} with a success of the service", "query", status, ROWS, leads({"id": "1"})))
    for status in (201, 202, 206, 299):
        made.append(reply(f"status {status} is a success", "query", status, ROWS, leads({"id": "1"})))
        made.append(reply(f"status {status} with HTML", "query", status, HTML, MALFORMED))
    return made + [
        reply("status 204 with an empty body", "add", 204, "", MALFORMED),
        reply(
            "status 500 with a success and an id",
            "add",
            500,
            '{"return_code":0,"msg_id":"r1","response_data":"77"}',
            ok(msg_id="r1", id="77"),
        ),
        reply(
            "status 500 with a success whose record is at fault",
            "query",
            500,
            '{"return_code":0,"response_data":[{"id":{}}]}',
            leads({"id": {}}, faults=["[0].id"]),
        ),
        reply(
            "status 500 with a success without rows",
            "query",
            500,
            '{"return_code":0,"response_data":true}',
            MALFORMED,
        ),
        reply("status 500 with a refusal cut off", "add", 500, REFUSAL[:-1], fails("http_status", status=500)),
        reply(
            "status 500 with other JSON", "query", 500, '{"error":"x","status":500}', fails("http_status", status=500)
        ),
        reply("status 400 with a null code", "add", 400, '{"return_code":null}', fails("http_status", status=400)),
        reply("status 403 with JSON text", "modify_apaas", 403, '"forbidden"', fails("http_status", status=403)),
    ]


def foreign_cases() -> List[Case]:
    made = []
    for what, body in (
        ("an empty body", ""),
        ("white space", " \r\n"),
        ("HTML", HTML),
        ("plain text", "OK"),
        ("XML", '<?xml version="1.0"?><return_code>0</return_code>'),
        ("an array", '[{"return_code":"0"}]'),
        ("text", '"0"'),
        ("a number", "0"),
        ("null", "null"),
        ("true", "true"),
        ("an empty object", "{}"),
        ("an object without a code", '{"return_msg":"ok","msg_id":"r1","response_data":"[]"}'),
        ("a code of another case", '{"Return_Code":"0","returnCode":"0"}'),
        ("a null code", '{"return_code":null,"response_data":"[]"}'),
        ("a code that is true", '{"return_code":true,"response_data":"[]"}'),
        ("a code that is false", '{"return_code":false,"response_data":"[]"}'),
        ("a code that is an object", '{"return_code":{"code":"0"},"response_data":"[]"}'),
        ("a code within another member", '{"result":{"return_code":"0"}}'),
        ("a trailing comma", '{"return_code":"0",}'),
        ("single quotes", "{'return_code':'0'}"),
        ("names without quotes", '{return_code:"0"}'),
        ("a comment", '{"return_code":"0"/* ok */}'),
        ("two objects", ROWS + ROWS),
        ("text behind the object", ROWS + "x"),
        ("a raw line feed in text", '{"return_code":"0","return_msg":"a\nb"}'),
        ("a raw NUL in text", '{"return_code":"0","return_msg":"a\0b"}'),
        ("a number with a leading zero", '{"return_code":"0","n":01}'),
        ("a number without digits behind its point", '{"return_code":"0","n":1.}'),
        ("a number with a plus sign", '{"return_code":"0","n":+1}'),
        ("not a number", '{"return_code":"0","n":NaN}'),
        ("infinity", '{"return_code":"0","n":-Infinity}'),
        ("an unknown escape", '{"return_code":"0","return_msg":"\\x41"}'),
        ("a unicode escape cut off", '{"return_code":"0","return_msg":"\\u00"}'),
        ("a unicode escape that is not hex", '{"return_code":"0","return_msg":"\\u00zz"}'),
        ("a missing colon", '{"return_code" "0"}'),
        ("a missing comma", '{"return_code":"0" "msg_id":"r1"}'),
        ("brackets that do not match", '{"return_code":"0","response_data":[}'),
        ("a literal cut off", '{"return_code":"0","response_data":nul}'),
        ("a literal in upper case", '{"return_code":"0","response_data":NULL}'),
        ("a form feed between tokens", '{"return_code":"0",\f"response_data":null}'),
        ("a no-break space between tokens", '{"return_code":"0",\u00a0"response_data":null}'),
    ):
        for op in ("query", "remove"):
            made.append(reply(f"no reply of the service: {what}", op, 200, body, MALFORMED))
    return made


def truncated_cases() -> List[Case]:
    made = []
    for length in (1, 2, 10, 16, 17, 60, 80, len(ROWS) - 4, len(ROWS) - 2, len(ROWS) - 1):
        made.append(reply(f"cut off after {length} characters", "query", 200, ROWS[:length], MALFORMED))
    octets = '{"return_code":"0","return_msg":"失败"}'.encode("utf-8")
    made.append(reply("cut off within a character", "add", 200, octets[:-4], MALFORMED))
    return made


def encoding_cases() -> List[Case]:
    made = [
        reply("a byte order mark is passed over", "query", 200, "\ufeff" + ROWS, leads({"id": "1"})),
        reply("a byte order mark before a refusal", "add", 200, "\ufeff" + REFUSAL, REFUSED),
        reply("a byte order mark before a refusal, status 500", "add", 500, "\ufeff" + REFUSAL, REFUSED),
        reply("a byte order mark alone", "add", 200, "\ufeff", MALFORMED),
        reply("white space around", "query", 200, " \r\n\t" + ROWS + "\n\n", leads({"id": "1"})),
        reply(
            "UTF-8 given as octets",
            "add",
            200,
            '{"return_code":"1","return_msg":"失败😀"}'.encode("utf-8"),
            fails("rejected", code="1", message="失败😀"),
        ),
    ]
    for what, octets in (
        ("a lone octet", b"\xff"),
        ("a continuation without a start", b"\x80"),
        ("a sequence cut off", b"\xe5\xa4"),
        ("an overlong form", b"\xc0\xaf"),
        ("a surrogate", b"\xed\xa0\x80"),
        ("GBK", "失败".encode("gbk")),
    ):
        made.append(
            reply(
                f"invalid UTF-8 in the message: {what}",
                "add",
                200,
                b'{"return_code":"1","return_msg":"' + octets + b'"}',
                MALFORMED,
            )
        )
    return made + [
        reply(
            "invalid UTF-8 in a record",
            "query",
            200,
            b'{"return_code":"0","response_data":[{"id":"1","cus_name":"\xe5\xa4"}]}',
            MALFORMED,
        ),
        reply("UTF-16", "query", 200, ROWS.encode("utf-16"), MALFORMED),
        reply("invalid UTF-8 with status 502", "query", 502, b"\xff\xfe", fails("http_status", status=502)),
        reply(
            "gzip by its magic number",
            "query",
            200,
            GZIP_ROWS,
            leads({"id": "1", "cus_name": "示例公司示例公司示例公司"}),
        ),
        reply("gzip of a refusal", "add_apaas", 200, GZIP_REFUSAL, REFUSED),
        reply("gzip of a refusal, status 500", "add_apaas", 500, GZIP_REFUSAL, REFUSED),
        reply("gzip of HTML", "query", 200, GZIP_HTML, MALFORMED),
        reply("gzip of HTML, status 502", "query", 502, GZIP_HTML, fails("http_status", status=502)),
        reply("gzip cut off", "query", 200, GZIP_ROWS[:60], MALFORMED),
        reply("gzip cut off after its header", "query", 200, GZIP_ROWS[:10], MALFORMED),
        reply("nothing but the magic number of gzip", "query", 200, GZIP_ROWS[:2], MALFORMED),
        reply("gzip that is none behind the magic number", "add", 200, b"\x1f\x8b" + ROWS.encode("ascii"), MALFORMED),
        reply("gzip cut off, status 503", "query", 503, GZIP_ROWS[:60], fails("http_status", status=503)),
    ]


def cases() -> List[Case]:
    return status_cases() + foreign_cases() + truncated_cases() + encoding_cases()
