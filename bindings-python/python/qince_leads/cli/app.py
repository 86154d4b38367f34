"""The commands, and how their errors are shown."""

from __future__ import annotations

import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from qince_leads import InvalidPayloadError, QinceError
from qince_leads.cli.console import UserError, fail, out, say, show_violations, write_utf8
from qince_leads.cli.credentials import Credentials
from qince_leads.cli.doctor import doctor
from qince_leads.cli.exporting import export_leads
from qince_leads.cli.importing import import_leads
from qince_leads.cli.pushes import verify_push_body
from qince_leads.cli.signing import sign_payload
from qince_leads.cli.syncing import sync_leads
from qince_leads.cli.template import write_template


class _Commands(TyperGroup):
    def invoke(self, ctx: Any) -> Any:
        """Runs a command; what the user can put right is one line, and no traceback."""
        try:
            return super().invoke(ctx)
        except UserError as error:
            fail(str(error))
            raise typer.Exit(error.exit_code) from None
        except InvalidPayloadError as error:
            fail("the payload is wrong; nothing was sent")
            show_violations(error.violations)
            raise typer.Exit(2) from None
        except QinceError as error:
            fail(str(error))
            raise typer.Exit(2 if error.code == "invalid_account" else 1) from None
        except KeyboardInterrupt:
            say("stopped as asked", "yellow")
            raise typer.Exit(130) from None
        except BrokenPipeError:
            # Whoever read the output has enough, as in `| head`.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(1) from None
        except OSError as error:
            fail(": ".join(str(each) for each in (error.filename, error.strerror or error) if each))
            raise typer.Exit(1) from None


app = typer.Typer(
    name="qince-leads",
    cls=_Commands,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def run() -> None:
    """Runs the command line."""
    write_utf8()
    app(prog_name="qince-leads")


def _show_version(wanted: bool) -> None:
    if wanted:
        out.print(f"qince-leads {version('qince-leads')}")
        raise typer.Exit


@app.callback()
def _credentials(
    context: typer.Context,
    openid: Annotated[str | None, typer.Option(envvar="QINCE_OPENID", help="The openid of the account.")] = None,
    app_key: Annotated[
        str | None,
        typer.Option(
            envvar="QINCE_APP_KEY",
            help="The app key. Prefer the environment: other users of this machine can see the command line.",
        ),
    ] = None,
    app_key_file: Annotated[
        Path | None,
        typer.Option(envvar="QINCE_APP_KEY_FILE", help="A file that holds the app key, in place of the key itself."),
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option(envvar="QINCE_BASE_URL", help="The OpenAPI address that the console shows for your tenant."),
    ] = None,
    push_secret: Annotated[
        list[str] | None,
        typer.Option(
            envvar="QINCE_PUSH_SECRET",
            help="The push secret, for verify-push. Prefer the environment; several stand there with spaces between.",
        ),
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Moves sales leads to and from Qince (勤策, formerly 外勤365)."""
    context.obj = Credentials(openid, app_key, base_url, tuple(push_secret or ()), app_key_file)


app.command("import")(import_leads)
app.command("template")(write_template)
app.command("export")(export_leads)
app.command("sync")(sync_leads)
app.command("sign")(sign_payload)
app.command("verify-push")(verify_push_body)
app.command("doctor")(doctor)
