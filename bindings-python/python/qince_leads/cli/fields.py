"""The names of attributes: the SDK's, the vendor's, the vendor's label, and what people write."""

from __future__ import annotations

import difflib
import re
import unicodedata
from typing import Any

from qince_leads import Field, fields
from qince_leads.cli.aliases import ALIASES, NO, YES

Kind = type[Any]
"""A class of payloads, parts or records."""

_UNSEEN = re.compile(r"[\s_\-*:]+")
_SIMPLIFIED = str.maketrans(
    "戶稱負責線編號碼機聯絡類來職務詳區縣鄉鎮郵網標動業單電話備註進狀態國說圖緯經銷員歸屬複場個開",
    "户称负责线编号码机联络类来职务详区县乡镇邮网标动业单电话备注进状态国说图纬经销员归属复场个开",
)
"""Those traditional characters that stand in names of columns."""
_REMARK = re.compile(r"[(\[【{<][^)\]】}>]*[)\]】}>]")


def title(field: Field) -> str:
    """A field as users see it."""
    return f"{field.name} ({field.label})"


class Names:
    """Finds the attribute that a user means."""

    def __init__(self, kind: Kind) -> None:
        self.fields = fields(kind)
        self._found: dict[str, list[Field]] = {}
        for kind_of_name in ("name", "wire_name", "label"):
            self._learn({field.name: [getattr(field, kind_of_name)] for field in self.fields})
        self._proper = set(self._found)
        self._learn({field.name: ALIASES.get(field.name, ()) for field in self.fields})
        for field in self.fields:
            for key in (title(field), f"{field.label} ({field.name})"):
                self._found[folded(key)] = [field]
                self._proper.add(folded(key))

    def _learn(self, names: Any) -> None:
        """Names of one kind give way to those of the kinds before."""
        known = set(self._found)
        for field in self.fields:
            for name in names[field.name]:
                if (key := folded(name)) not in known and field not in self._found.setdefault(key, []):
                    self._found[key].append(field)

    def find(self, name: str) -> list[Field]:
        """The attributes that have this name: none if it is unknown, several if a label is that of several."""
        return self._found.get(folded(name)) or self._found.get(_bare(name), [])

    def is_proper(self, name: str) -> bool:
        """Whether a name is the SDK's, the vendor's or the label, and not just what people write."""
        return folded(name) in self._proper or _bare(name) in self._proper

    def nearest(self, name: str) -> Field | None:
        """The attribute whose name comes closest."""
        near = difflib.get_close_matches(_bare(name), self._found, n=1, cutoff=0.5)
        return self._found[near[0]][0] if near else None

    def hint(self, name: str) -> str:
        """What to say of a name that means none, or several."""
        if meant := self.find(name):
            return f"could be {' or '.join(field.name for field in meant)}: use that name"
        near = self.nearest(name)
        return f"no such name; did you mean {title(near)}?" if near else "no such name"


def choices(field: Field) -> dict[str, str]:
    """The values of a field by what people write for them: a label, its beginning, yes or no."""
    found = {folded(label): value for value, label in field.allowed}
    starts = [folded(label)[:2] for _, label in field.allowed]
    for value, label in field.allowed:
        if starts.count(folded(label)[:2]) == 1:
            for end in range(2, len(folded(label))):
                found.setdefault(folded(label)[:end], value)
    if {value for value, _ in field.allowed} == {"0", "1"} and "不可以" in dict(field.allowed).values():
        for words, value in ((YES, "1"), (NO, "0")):
            found.update(dict.fromkeys(words, value))
    return {label: value for label, value in found.items() if label not in dict(field.allowed)}


def folded(name: str) -> str:
    """A name without what people vary: width, case, spaces, script, and the asterisk of what is required."""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", name).casefold()).translate(_SIMPLIFIED)


def _bare(name: str) -> str:
    """A name without a remark such as （必填）."""
    return folded(_REMARK.sub("", unicodedata.normalize("NFKC", name))) or folded(name)
