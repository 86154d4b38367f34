"""For tests of what is built on this SDK."""

from qince_leads._core import sign_push

__all__ = ["sign_push"]
