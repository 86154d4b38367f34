"""A site of Django, as `startproject` makes it where it takes forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import django
from django.conf import settings
from django.test import Client, override_settings
from django.urls import path

from .pushes import Answer, told

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    View = Callable[[HttpRequest], HttpResponse]

FORM = "application/x-www-form-urlencoded"


def deliver_to(view: View, body: bytes) -> Answer:
    """Delivers a body as the service does, which knows no token."""
    if not settings.configured:
        settings.configure(
            ALLOWED_HOSTS=["testserver"], MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"], SECRET_KEY="a key"
        )
        django.setup()
    with override_settings(ROOT_URLCONF=(path("push", view),)):
        answered = Client(enforce_csrf_checks=True).post("/push", body, content_type=FORM)
    return told(answered.status_code, answered.content)
