"""SDK for the sales-leads API of Qince (勤策, formerly 外勤365 / Waiqin365).

::

    from qince_leads import AddLead, Client

    client = Client(openid=..., app_key=...)
    client.add(AddLead(cus_name="示例公司", emp_name="负责人", code="L1"))
    for lead in client.query(create_time_start="2026-01-01"):
        print(lead.cus_name)

Below Client stand `sign`, `read`, `Call` and `Pages`, which neither send nor wait; `verify_push` and `acknowledge`
serve webhooks, and `Relayed` programs that must not hold a key.
"""

from collections.abc import Sequence as _Sequence

from qince_leads._core import MAX_BODY as MAX_BODY
from qince_leads._core import Account as Account
from qince_leads._core import Attempt as Attempt
from qince_leads._core import Call as Call
from qince_leads._core import Done as Done
from qince_leads._core import Fault as Fault
from qince_leads._core import Field as Field
from qince_leads._core import Other as Other
from qince_leads._core import Page as Page
from qince_leads._core import Pages as Pages
from qince_leads._core import Part as Part
from qince_leads._core import Payload as Payload
from qince_leads._core import Policy as Policy
from qince_leads._core import Progress as Progress
from qince_leads._core import PushEvent as PushEvent
from qince_leads._core import Query as Query
from qince_leads._core import Receipt as Receipt
from qince_leads._core import Record as Record
from qince_leads._core import Relayed as Relayed
from qince_leads._core import Send as Send
from qince_leads._core import SignedRequest as SignedRequest
from qince_leads._core import Wait as Wait
from qince_leads._core import __version__ as __version__
from qince_leads._core import acknowledge as acknowledge
from qince_leads._core import fields as fields
from qince_leads._core import read as read
from qince_leads._core import refuse as refuse
from qince_leads._core import sign as sign
from qince_leads._core import verify_push as verify_push
from qince_leads._generated.values import *

_Sequence.register(Page)  # type: ignore[attr-defined, unused-ignore]  # pyright sees no ABCMeta here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from qince_leads._httpx import *
    from qince_leads._urllib import *
    from qince_leads.bulk import *
    from qince_leads.client import *
    from qince_leads.errors import *
    from qince_leads.transport import *
else:
    # Most of the time to import the package would go into these and into what they need, `typing` above all.
    _MODULES = {
        "_httpx": ["AsyncHttpxTransport", "HttpxTransport"],
        "_urllib": ["UrllibTransport"],
        "bulk": ["AddMany", "AsyncAddMany", "LeadOutcome"],
        "client": ["AsyncClient", "AsyncScan", "Client", "RequestOptions", "Scan", "ScanPage"],
        "errors": [
            "BadSignatureError",
            "ErrorCode",
            "Failure",
            "ForbiddenError",
            "HttpStatusError",
            "InvalidAccountError",
            "InvalidPayloadError",
            "InvalidStampError",
            "MalformedError",
            "QinceError",
            "RejectedError",
            "Rule",
            "StaleError",
            "TransportError",
            "UncertainError",
            "Violation",
        ],
        "transport": ["AsyncTransport", "NotSentError", "Reply", "ThreadTransport", "Transport"],
    }
    _LATER = {name: module for module, names in _MODULES.items() for name in names}

    _NAMES = sorted({name for name in globals() if name[0] != "_"} - {"TYPE_CHECKING"} | _LATER.keys())
    __all__ = [*_NAMES]  # noqa: PLE0604  # pyright: ignore[reportUnsupportedDunderAll]

    def __getattr__(name: str) -> object:
        if name not in _LATER:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value: object = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
        globals()[name] = value
        return value

    def __dir__() -> list[str]:
        return _NAMES
