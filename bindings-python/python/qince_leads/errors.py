"""Everything that this SDK raises on purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple, TypeAlias

from qince_leads._generated.codes import ErrorCode, Rule

if TYPE_CHECKING:
    from qince_leads.transport import Reply

__all__ = [
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
]

Failure: TypeAlias = Literal["not_sent", "unknown"]
"""Why a request got no reply: nothing left this host, or it may have arrived."""


class Violation(NamedTuple):
    """One way in which a payload is wrong."""

    path: str
    """Where, in wire names: `exts[0].salesleads_ext_key`; empty where the payload as a whole is meant."""
    rule: Rule
    """Which rule is broken."""
    message: str
    """What is wrong and what to do, ready to be shown: `cus_name (客户名称): 101 characters, at most 100`."""
    message_zh: str = ""
    """The same in Chinese, for the users of a form: `客户名称：101个字符，最多100个`."""
    label: str = ""
    """The field's Chinese label; empty where no field is meant."""
    limit: int | None = None
    """How many characters are allowed, where there are too many."""
    actual: int | None = None
    """How many characters there are, where there are too many."""
    allowed: tuple[tuple[str, str], ...] = ()
    """The only texts allowed, where the text is none of them, each with its Chinese label."""


class QinceError(Exception):
    """Whatever this SDK raises on purpose.

    Its message says what is wrong, where, and what to do; it never holds an app key, a push secret or a digest.
    """

    code: ClassVar[ErrorCode]
    """The stable code of this kind of error, the same in every language."""

    msg_id: str | None = None
    """The message id (请求消息ID) of the call's last request; None where the error did not come of a call."""
    attempts: int | None = None
    """How many requests the call sent, those that settle an add included; None where there was no call."""
    may_have_been_carried_out: bool | None = None
    """Whether the operation may have been carried out without its reply being read, be it by an earlier attempt; None
    where there was no call.
    """

    lead_code: str | None = None
    """The code (线索编码) of the lead that was to be added, by which to look it up; None where there is none."""
    reply: Reply | None = None
    """The reply that the error was read from, as it came; None where none came."""

    def __init__(self, message: str) -> None:
        super().__init__(message)

    def __reduce__(self) -> tuple[Any, ...]:
        # Pickle keeps what the error goes back to only if it is asked to.
        cause = self.__cause__ if isinstance(self.__cause__, QinceError) else None
        return type(self), self.args, {**self.__dict__, "__cause__": cause}


class InvalidAccountError(QinceError, ValueError):
    """The account cannot be used: see the message. Nothing was signed."""

    code = "invalid_account"


class InvalidStampError(QinceError, ValueError):
    """The stamp cannot be written: an empty message id, or a time outside the years 1970 to 9999."""

    code = "invalid_stamp"


class InvalidPayloadError(QinceError, ValueError):
    """The payload breaks at least one rule. Nothing was signed; mend all violations at once."""

    code = "invalid_payload"

    violations: tuple[Violation, ...]
    """Everything that is wrong, not only what was found first; at most 100 are listed."""
    more: int
    """How many more there are."""

    def __init__(self, message: str, *, violations: tuple[Violation, ...] = (), more: int = 0) -> None:
        super().__init__(message)
        self.violations = tuple(violations)
        self.more = more


class RejectedError(QinceError):
    """The service understood the request and refused it. Sending it again does not help."""

    code = "rejected"

    return_code: str
    """`return_code` (响应编码) as sent: `1`, or a code of the vendor's appendix."""
    return_msg: str | None
    """`return_msg` (响应说明), free text."""
    echoed_msg_id: str | None
    """`msg_id` (请求消息ID) of the refused request, as far as the service echoes it."""

    def __init__(
        self, message: str, *, return_code: str = "", return_msg: str | None = None, echoed_msg_id: str | None = None
    ) -> None:
        super().__init__(message)
        self.return_code = return_code
        self.return_msg = return_msg
        self.echoed_msg_id = echoed_msg_id


class HttpStatusError(QinceError):
    """The HTTP status is outside 200-299 and the body is no reply of the service."""

    code = "http_status"

    status: int
    """The HTTP status."""
    body: bytes
    """What came with it, unchanged: often the page of something that stands between."""

    def __init__(self, message: str, *, status: int = 0, body: bytes = b"") -> None:
        super().__init__(message)
        self.status = status
        self.body = body


class MalformedError(QinceError):
    """What came is not a reply or push of the service, or of another shape."""

    code = "malformed"

    reason: str
    """What is wrong with it."""
    body: bytes
    """What came, unchanged, so that nothing is lost. It may hold what people wrote, and a push's digest: keep it out of
    logs.
    """

    def __init__(self, message: str, *, reason: str = "", body: bytes = b"") -> None:
        super().__init__(message)
        self.reason = reason
        self.body = body


class TransportError(QinceError):
    """No reply came, and no attempt is left. `__cause__` says what the transport raised, without openid and digest.

    This is how the last attempt failed; an earlier one of an operation that may be repeated may still have been carried
    out.
    """

    code = "transport"

    failure: Failure
    """How it failed."""

    def __init__(self, message: str, *, failure: Failure = "unknown") -> None:
        super().__init__(message)
        self.failure = failure


class UncertainError(QinceError):
    """It may or may not have been carried out: an add, or another request that must not be repeated. `__cause__` is
    what left it open, or ended the call unsettled.

    Look it up before sending it again; an add with a `code` lets the call do so by itself.
    """

    code = "uncertain"


class ForbiddenError(QinceError):
    """A program without a key asked a relay for an operation that it may not use."""

    code = "forbidden"

    operation: str
    """The operation's name."""

    def __init__(self, message: str, *, operation: str = "") -> None:
        super().__init__(message)
        self.operation = operation


class BadSignatureError(QinceError):
    """No secret of those given signed this push: whoever sent it does not know one of them."""

    code = "bad_signature"


class StaleError(QinceError):
    """The push is signed, but its time lies too far from now."""

    code = "stale"

    age_ms: int
    """How far its timestamp lies from the clock, in milliseconds."""
    max_age_ms: int
    """How far it may lie, in milliseconds."""

    def __init__(self, message: str, *, age_ms: int = 0, max_age_ms: int = 0) -> None:
        super().__init__(message)
        self.age_ms = age_ms
        self.max_age_ms = max_age_ms
