"""Who calls, and where."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from qince_leads import Account
from qince_leads.cli.console import UserError


@dataclass(frozen=True)
class Credentials:
    """What the options and the environment say. Its repr shows none of it."""

    openid: str | None = field(repr=False)
    app_key: str | None = field(repr=False)
    base_url: str | None
    push_secrets: tuple[str, ...] = field(repr=False)

    def account(self) -> Account:
        """The account; a UserError says what is missing."""
        if not self.openid:
            raise UserError("no openid: set QINCE_OPENID, or give --openid before the command")
        if not self.app_key:
            raise UserError("no app key: set QINCE_APP_KEY, or give --app-key before the command")
        return Account(self.openid, self.app_key, self.base_url or None)

    def fingerprint(self) -> str:
        """Tells accounts apart without naming them."""
        told = f"{self.account().base_url}\n{self.openid}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]
