"""Gzip bodies: of several members, with zeros behind them, and of great length."""

from __future__ import annotations

from typing import List

from .build import Case, Json, fails, leads, ok, reply
from .folded import gzipped, gzipped_with_spaces

ROWS = '{"return_code":"0","response_data":"[{\\"id\\":\\"1\\",\\"cus_name\\":\\"示例公司\\"}]"}'.encode("utf-8")
EXPECT = leads({"id": "1", "cus_name": "示例公司"})
HALFWAY = ROWS.index("示".encode("utf-8")) + 1  # within a character
LONGEST = 64 * 1024 * 1024
SUCCESS = b'{"return_code":0,"msg_id":"r1"}'
MALFORMED = fails("malformed")


def read(name: str, body: bytes, status: int = 200, expect: Json = EXPECT) -> Case:
    return reply(f"gzip: {name}", "query", status, body, expect)


def cases() -> List[Case]:
    one = gzipped(ROWS)
    two = gzipped(ROWS[:HALFWAY]) + gzipped(ROWS[HALFWAY:])
    each = b"".join(gzipped(ROWS[at : at + 1]) for at in range(len(ROWS)))
    return [
        read("one member", one),
        read("two members, cut within a character", two),
        read("a member for each octet", each),
        read("an empty member before the others", gzipped(b"") + one),
        read("an empty member behind the others", two + gzipped(b"")),
        read("a member of white space behind", one + gzipped(b" \r\n")),
        read("a member with a byte order mark before", gzipped(b"\xef\xbb\xbf") + one),
        read("one zero behind", one + b"\0"),
        read("zeros up to a block of 512", one + b"\0" * (512 - len(one) % 512)),
        read("two members and zeros behind", two + b"\0" * 7),
        read("two members with status 500", two, 500),
        read("a second member with more JSON", one + gzipped(ROWS), expect=MALFORMED),
        read("a second member cut off", two[:-9], expect=MALFORMED),
        read("a second member cut off within its header", one + gzipped(b" ")[:5], expect=MALFORMED),
        read("a second member with another checksum", two[:-8] + b"\0\0\0\0" + two[-4:], expect=MALFORMED),
        read("a second member with another length", two[:-4] + b"\0\0\0\0", expect=MALFORMED),
        read("two members cut off, status 502", two[:-9], 502, fails("http_status", status=502)),
        read("an empty member alone", gzipped(b""), expect=MALFORMED),
        read("an empty member and zeros", gzipped(b"") + b"\0" * 20, expect=MALFORMED),
        read("zeros before the member", b"\0" + one, expect=MALFORMED),
        reply(
            "gzip: two members of a refusal",
            "remove",
            403,
            gzipped(b'{"return_code":"1",') + gzipped(b'"return_msg":"no"}'),
            fails("rejected", code="1", message="no"),
        ),
        reply(
            "gzip: 64 MiB unfolded",
            "modify",
            200,
            gzipped_with_spaces(SUCCESS, LONGEST - len(SUCCESS)),
            ok(msg_id="r1"),
        ),
        reply(
            "gzip: one octet more than 64 MiB unfolded, in two members",
            "modify",
            200,
            gzipped_with_spaces(SUCCESS, LONGEST - len(SUCCESS)) + gzipped(b"\n"),
            MALFORMED,
        ),
    ]
