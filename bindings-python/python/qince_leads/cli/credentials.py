"""Who calls, and where."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qince_leads import Account
from qince_leads.cli.console import UserError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Credentials:
    """What the options and the environment say. Its repr shows none of it."""

    openid: str | None = field(repr=False)
    app_key: str | None = field(repr=False)
    base_url: str | None
    push_secrets: tuple[str, ...] = field(repr=False)
    app_key_file: Path | None = None

    def account(self) -> Account:
        """The account; a UserError says what is missing."""
        if not self.openid:
            raise UserError("no openid: set QINCE_OPENID, or give --openid before the command")
        return Account(self.openid, self._key(), self.base_url or None)

    def _key(self) -> str:
        if self.app_key:
            return self.app_key
        if self.app_key_file is None:
            raise UserError("no app key: set QINCE_APP_KEY or QINCE_APP_KEY_FILE, or give --app-key before the command")
        try:
            key = self.app_key_file.read_text(encoding="utf-8-sig").strip()
        except OSError as error:
            raise UserError(f"the app key's file {self.app_key_file} cannot be read: {error.strerror}") from None
        except UnicodeError:
            raise UserError(f"the app key's file {self.app_key_file} holds no text") from None
        if not key:
            raise UserError(f"the app key's file {self.app_key_file} is empty")
        return key

    def fingerprint(self) -> str:
        """Tells accounts apart without naming them."""
        told = f"{self.account().base_url}\n{self.openid}"
        return hashlib.sha256(told.encode()).hexdigest()[:16]
