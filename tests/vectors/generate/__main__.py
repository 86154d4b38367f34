"""Writes the conformance vectors beside this package, or with --check compares them with what is there.

python3 tests/vectors/generate [--check]
"""

from __future__ import annotations

import sys

sys.dont_write_bytecode = True  # the checkout stays clean

import argparse
import json
from pathlib import Path
from typing import Dict, List

from cases import (
    call_add,
    call_repeat,
    pages,
    push,
    reply_apaas,
    reply_bodies,
    reply_leads,
    reply_results,
    sign_account,
    sign_fields,
    sign_nested,
    sign_rules,
    sign_samples,
    sign_text,
)
from check import Case, check_published_signature, check_suite

OUT = Path(__file__).resolve().parent.parent
MODULES = (
    sign_samples,
    sign_account,
    sign_text,
    sign_fields,
    sign_nested,
    sign_rules,
    reply_results,
    reply_leads,
    reply_apaas,
    reply_bodies,
    push,
    call_repeat,
    call_add,
    pages,
)


def suite() -> Dict[str, List[Case]]:
    return {module.__name__.rpartition(".")[2].replace("_", "-") + ".json": module.cases() for module in MODULES}


def rendered(cases: List[Case]) -> bytes:
    return (json.dumps({"cases": cases}, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def stale_files(files: Dict[str, bytes]) -> List[str]:
    """The files that differ from what would be written, those included that would not be written at all."""
    committed = {path.name: path.read_bytes() for path in OUT.glob("*.json")}
    return sorted(name for name in files.keys() | committed.keys() if files.get(name) != committed.get(name))


def main() -> int:
    arguments = argparse.ArgumentParser(description="generate the conformance vectors")
    arguments.add_argument("--check", action="store_true", help="write nothing, fail where a file is stale")
    check_only = arguments.parse_args().check

    check_published_signature()
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
