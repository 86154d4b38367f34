"""Writes the conformance vectors beside this package, or with --check compares them with what is there.

python3 tests/vectors/generate [--check]
"""

from __future__ import annotations

import sys

sys.dont_write_bytecode = True  # the checkout stays clean

import argparse
from pathlib import Path
from typing import Dict, List

from cases import (
    call_add,
    call_clock,
    call_doubt,
    call_late,
    call_other,
    call_policy,
    call_repeat,
    call_resume,
    call_retry_after,
    call_settle,
    pages,
    pages_resume,
    push,
    push_records,
    push_sign,
    relay,
    reply_apaas,
    reply_bodies,
    reply_faults,
    reply_gzip,
    reply_leads,
    reply_other,
    reply_repeats,
    reply_results,
    reply_return_data,
    reply_surrogates,
    sign_account,
    sign_empty,
    sign_fields,
    sign_nested,
    sign_other,
    sign_relay,
    sign_rules,
    sign_samples,
    sign_text,
)
from check import Case, check_published_signatures, check_suite
from model.jsontext import pretty

OUT = Path(__file__).resolve().parent.parent
MODULES = (
    sign_samples,
    sign_account,
    sign_text,
    sign_fields,
    sign_nested,
    sign_rules,
    sign_empty,
    sign_relay,
    sign_other,
    reply_results,
    reply_leads,
    reply_apaas,
    reply_faults,
    reply_repeats,
    reply_surrogates,
    reply_return_data,
    reply_other,
    reply_bodies,
    reply_gzip,
    push,
    push_records,
    push_sign,
    relay,
    call_repeat,
    call_add,
    call_doubt,
    call_settle,
    call_policy,
    call_retry_after,
    call_clock,
    call_late,
    call_resume,
    call_other,
    pages,
    pages_resume,
)


def suite() -> Dict[str, List[Case]]:
    return {module.__name__.rpartition(".")[2].replace("_", "-") + ".json": module.cases() for module in MODULES}


def rendered(cases: List[Case]) -> bytes:
    return (pretty({"cases": cases}) + "\n").encode("utf-8")


def stale_files(files: Dict[str, bytes]) -> List[str]:
    """The files that differ from what would be written, those included that would not be written at all."""
    committed = {path.name: path.read_bytes() for path in OUT.glob("*.json")}
    return sorted(name for name in files.keys() | committed.keys() if files.get(name) != committed.get(name))


def main() -> int:
    arguments = argparse.ArgumentParser(description="generate the conformance vectors")
    arguments.add_argument("--check", action="store_true", help="write nothing, fail where a file is stale")
    check_only = arguments.parse_args().check

    check_published_signatures()
    made = suite()
    check_suite(case for cases in made.values() for case in cases)
    files = {name: rendered(cases) for name, cases in made.items()}

    if check_only:
        stale = stale_files(files)
        for name in stale:
            print(f"stale: {name}", file=sys.stderr)
        return 1 if stale else 0
    for name, content in files.items():
        (OUT / name).write_bytes(content)
        print(f"{name}: {len(made[name])} cases")
    return 0


if __name__ == "__main__":
    sys.exit(main())
