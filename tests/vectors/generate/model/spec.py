"""The vendor's parameter and record tables, transcribed.

Where the page contradicts itself, the choice made is noted beside the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Tuple


@dataclass(frozen=True)
class Field:
    """One line of a parameter table.

    `kind` is one of
      text          text
      date          text, yyyy-MM-dd
      integer       a whole number from 1
      id_text       an id given as text or whole number, sent as text
      id_or_text    sent as a number where it fits 64 bits, else as text
      id_number     sent as a number, refused where it does not fit 64 bits
      digits        sent as a number where it is digits, of any length
      object, rows  an object, a list of objects, with `members`
      map, values   an object, a list, sent as given
      rows_or_map   either of the two, sent as given
      any           any JSON, sent as given, null included
    """

    name: str
    kind: str = "text"
    limit: int = 0
    allowed: Tuple[str, ...] = ()
    required: bool = False
    members: Tuple["Field", ...] = ()


@dataclass(frozen=True)
class Operation:
    path: str
    fields: Tuple[Field, ...]
    one_of: Tuple[str, ...] = ()

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)


def text(name: str, limit: int = 0, *allowed: str, required: bool = False) -> Field:
    return Field(name, "text", limit, allowed, required)


MOBILE = Field("mobile", "object", members=(text("phone", 100), text("code", 100)))

ADD = Operation(
    "addSalesLeads",
    (
        text("empName", 100),
        text("poolName", 100),
        text("code", 100),
        text("cus_name", 100),
        text("source_type", 100),
        text("market_name", 100),
        text("linkman", 100),
        text("mobile_country", 32),
        text("mobile", 100),
        text("mobile_repeat", 1, "0", "1"),
        text("tel", 100),
        text("customer_classification_name", 100),
        text("position", 100),
        text("detail", 4000),
        text("mssProvinceName", 100),
        text("mssCityName", 100),
        text("mssAreaName", 100),
        text("mssStreetName", 100),
        text("mark_addr", 100),
        text("email", 100),
        text("website", 100),
        text("latlon", 400),
        text("address", 4000),
        Field(
            "exts",
            "rows",
            members=(
                text("salesleads_ext_key", 100, required=True),
                text("salesleads_ext_value", 100),
            ),
        ),
    ),
    one_of=("empName", "poolName"),
)

ADD_APAAS = Operation(
    "addSalesLeadsForApaas",
    (
        text("code", 100),
        text("company_name", 100),
        text("source_type", 100),
        text("customer_classification_name", 100),
        text("return_reason", 100),
        text("invalid_reason", 100),
        text("market_name", 100),
        text("market_id", 100),
        text("linkman", 100),
        MOBILE,  # the table has text, the example an object
        text("mobile_duplicate", 1, "0", "1"),
        text("telephone", 100),
        text("position", 100),
        text("detail", 4000),
        text("mss_country", 100),
        text("mss_province", 100),
        text("mss_city", 100),
        text("mss_area", 100),
        text("mss_street", 100),
        text("latitude", 400),
        text("longitude", 400),
        text("address", 100),
        text("mark_addr", 100),
        text("email", 100),
        text("website", 100),
        text("allocation_status", 100, "1", "0"),
        text("salesleads_status", 100, "1", "2", "5"),
        text("pool_name", 100),
        text("removed_result", 100),  # the table has remove_result
        text("labels", 100),
        text("responsible_person", 100),
        text("card_photo", 100),
        Field("exts", "map"),  # the table has a list
    ),
)

MODIFY = Operation(
    "modifySalesLeads",
    (
        Field("id", "id_or_text", 40),
        text("code", 100),
        text("poolName", 100),
        text("cus_name", 100),
        text("source_type", 100),
        text("market_name", 100),
        text("linkman", 100),
        text("mobile_country", 32),
        text("mobile", 100),
        text("tel", 100),
        text("customer_classification_name", 100),
        text("position", 100),
        text("detail", 4000),
        text("mssProvinceName", 100),
        text("mssCityName", 100),
        text("mssAreaName", 100),
        text("mssStreetName", 100),
        text("mark_addr", 100),
        text("email", 100),
        text("website", 100),
        text("latlon", 400),
        text("address", 4000),
        Field(
            "exts",
            "rows_or_map",
            members=(
                text("salesleads_ext_key", required=True),
                Field("salesleads_ext_value", "any"),
            ),
        ),
    ),
    one_of=("id", "code"),
)

MODIFY_APAAS = Operation(
    "modifySalesLeadsForApaas",
    (
        Field("id", "id_number"),
        text("code", 100),
        text("company_name", 100),
        text("source_type", 100),
        text("customer_classification_name", 100),
        text("return_reason", 100),
        text("invalid_reason", 100),
        text("market_name", 100),
        text("market_id", 100),
        text("linkman", 100),
        MOBILE,
        text("telephone", 100),
        text("position", 100),
        text("detail", 4000),
        text("mss_country", 32),
        text("mss_province", 32),
        text("mss_city", 32),
        text("mss_area", 32),
        text("mss_street", 32),
        text("mark_address", 200),
        text("email", 100),
        text("website", 200),
        text("allocation_status", 200, "1", "0"),
        text("salesleads_status", 200, "1", "2", "5"),
        text("pool_name", 100),
        text("removed_result", 100),
        text("labels", 100),  # the example has salesleads_label
        text("responsible_person", 32),
        text("card_photo", 100),
        Field("exts", "map"),
    ),
    one_of=("id", "code"),
)

REMOVE = Operation(
    "removeSalesLeads",
    (
        Field("id", "id_text", 40),
        text("code", 100),
        text("emp_id"),  # in the example only
        Field("reason_id", "digits", 40),
        text("content", 4000),
    ),
    one_of=("id", "code"),
)

CONDITIONS = (
    text("code", 100),
    Field("id", "id_text", 100),
    text("linkman", 100),
    text("mobile", 40),
    text("emp_name", 100),
    text("cus_name", 100),
    Field("create_time_start", "date", 100),
    Field("create_time_end", "date", 100),
    Field("modify_time_start", "date", 100),
    Field("modify_time_end", "date", 100),
    text("salesleads_status", 1, "1", "2", "3", "5", "6"),
)
PAGING = (Field("page", "integer"), Field("pageSize", "integer"))

QUERY = Operation(
    "querySalesLeads",
    CONDITIONS + PAGING,
    one_of=tuple(field.name for field in CONDITIONS),
)

QUERY_APAAS = Operation(
    "querySalesLeadsForApaas",
    CONDITIONS
    + (
        Field(
            "sorts",  # the table has sort
            "rows",
            members=(text("field_key", 30, required=True), text("type", 0, "asc", "desc")),
        ),
        Field(
            "query_group",
            "rows",
            members=(
                text("connector", 0, "AND", "OR"),
                Field(
                    "filters",
                    "rows",
                    members=(
                        text("field_key", 30, required=True),
                        text("operator", 32, required=True),
                        Field("field_values", "values"),
                    ),
                ),
            ),
        ),
    )
    + PAGING,
    one_of=tuple(field.name for field in CONDITIONS) + ("query_group",),
)

OPERATIONS: Dict[str, Operation] = {
    "add": ADD,
    "add_apaas": ADD_APAAS,
    "modify": MODIFY,
    "modify_apaas": MODIFY_APAAS,
    "remove": REMOVE,
    "query": QUERY,
    "query_apaas": QUERY_APAAS,
}

# Records. A shape is "text", {member: shape}, [shape] or "any".

LABEL = {name: "text" for name in ("salesleads_id", "color", "name", "rule_description", "id", "status")}
EXT = {name: "text" for name in ("ext_key", "ext_value", "ext_column")}
LEAD = {
    **{
        name: "text"
        for name in (
            "id cus_name code source_type_name market_name linkman mobile_country mobile tel position detail"
            " mss_province mss_city mss_area mss_street mark_addr email website emp_name emp_id_str status_value"
            " result disable_reason_name disable_reason_ext delete_reason_name delete_reason_ext return_reason_name"
            " pool_name distribution_name distribution_take_time creator_name create_time transf_time"
            " owner_change_time follow_name follow_time modifyier_name modify_time customer_classification_name"
            " cm_code cm_name"
        ).split()
    },
    "labels": [LABEL],
    "exts": [EXT],
}

CHOICE = {name: "text" for name in ("code", "label", "content", "status")}
REGION = {"code": "text", "name": "text"}
REFERENCE = {"name": "text", "id": "text", "status": "text"}
PHONE = {"phone": "text", "code": "text"}
PHOTO = {"path": "text", "name": "text", "url": "text"}
LEAD_APAAS = {
    **{
        name: "text"
        for name in (
            "id company_name code linkman tel position detail mark_addr email website label_names pool_name"
            " removed_result"
        ).split()
    },
    **{
        name: CHOICE
        for name in (
            "source_type_id customer_classification return_reason_id invalid_reason_id delete_reason_id"
            " allocation_status salesleads_status"
        ).split()
    },
    **{name: REGION for name in "mss_country mss_province mss_city mss_area mss_street".split()},
    "owner": REFERENCE,
    "market_id": REFERENCE,
    "mobile": PHONE,
    "card_photo": [PHOTO],
    "exts": {},
}

FOLLOW_UP = {
    name: "text"
    for name in (
        "lead_ID lead_code lead_name activity_type activity_content location offset photo_path create_by department"
        " create_at"
    ).split()
}
