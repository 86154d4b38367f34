"""The transports of the README, word for word."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

README = Path(__file__).parents[2] / "README.md"


def _of_readme(name: str) -> Any:
    """A class, made by what its block imports and defines; what goes on from there is left out."""
    blocks = re.findall(r"^```python\n(.*?)^```$", README.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    [block] = [block for block in blocks if f"class {name}:" in block]
    tree = ast.parse(block)
    tree.body = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom | ast.ClassDef)]
    names: dict[str, Any] = {"__name__": "readme"}
    exec(compile(tree, str(README), "exec"), names)
    return names[name]


RequestsTransport = _of_readme("RequestsTransport")
AiohttpTransport = _of_readme("AiohttpTransport")
