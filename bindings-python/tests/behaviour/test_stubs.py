"""What type checkers are told is what is there."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest
import qince_leads
from qince_leads import _core, _httpx, _urllib, bulk, client, errors, transport

from .support import PACKAGE, PARTS, PAYLOADS, RECORDS

CORE = ast.parse((PACKAGE / "_core.pyi").read_text(encoding="utf-8"))
VALUES = ast.parse((PACKAGE / "_generated" / "values.pyi").read_text(encoding="utf-8"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


def documented(tree: ast.Module) -> Iterator[tuple[str, Any]]:
    """Everything of a stub that has a docstring, by its path."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef | Function):
            if ast.get_docstring(node):
                yield node.name, node
            if isinstance(node, ast.ClassDef):
                for member in node.body:
                    if isinstance(member, Function) and ast.get_docstring(member):
                        yield f"{node.name}.{member.name}", member


def at(path: str) -> Any:
    found: Any = _core
    for name in path.split("."):
        found = getattr(found, name)
    return found


def words(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip()


def classes(tree: ast.Module) -> dict[str, ast.ClassDef]:
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")}


def names_of(node: ast.ClassDef) -> set[str]:
    """The methods and properties that a stub declares."""
    functions = {member.name for member in node.body if isinstance(member, Function)}
    assigned = {
        target.id
        for member in node.body
        if isinstance(member, ast.Assign)
        for target in member.targets
        if isinstance(target, ast.Name)
    }
    return functions | assigned


def is_property(member: ast.stmt) -> bool:
    return isinstance(member, Function) and any(
        isinstance(decorator, ast.Name) and decorator.id == "property" for decorator in member.decorator_list
    )


DOCUMENTED = dict(documented(CORE))
CLASSES_OF_VALUES = classes(VALUES)


@pytest.mark.parametrize("path", DOCUMENTED)
def test_docstrings_of_the_stub_are_those_at_run_time(path: str) -> None:
    assert words(at(path).__doc__) == words(ast.get_docstring(DOCUMENTED[path]))


def test_everything_public_of_the_core_is_in_its_stub() -> None:
    declared = {node.name for node in CORE.body if isinstance(node, ast.ClassDef | Function)}
    declared |= {
        node.target.id
        for node in CORE.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and not node.target.id.startswith("_")
    }
    values = {kind.__name__ for kind in (*PAYLOADS, *PARTS, *RECORDS)}
    public = {name for name in vars(_core) if not name.startswith("_")}
    assert public == declared | values


@pytest.mark.parametrize("name", classes(CORE))
def test_every_class_of_the_core_has_at_run_time_what_its_stub_declares_and_no_more(name: str) -> None:
    kind = getattr(_core, name)
    declared = names_of(classes(CORE)[name])
    assert {each for each in declared if not hasattr(kind, each)} == set()
    public = {each for each in vars(kind) if not each.startswith("_")}
    assert public == {each for each in declared if not each.startswith("_")}


@pytest.mark.parametrize("name", classes(CORE))
def test_a_class_of_the_core_has_all_that_the_bases_in_its_stub_promise(name: str) -> None:
    from collections.abc import Sequence

    promised = {"Sequence": Sequence}
    for base in classes(CORE)[name].bases:
        named = base.value if isinstance(base, ast.Subscript) else base
        assert isinstance(named, ast.Name)
        if named.id in promised:
            abstract = {each for each in dir(promised[named.id]) if not each.startswith("_")}
            assert {each for each in abstract if not hasattr(getattr(_core, name), each)} == set()
        elif named.id != "Generic":
            assert issubclass(getattr(_core, name), getattr(_core, named.id))


@pytest.mark.parametrize("name", classes(CORE))
def test_patterns_of_the_stub_are_those_at_run_time(name: str) -> None:
    declared = [
        ast.literal_eval(member.value)
        for member in classes(CORE)[name].body
        if isinstance(member, ast.Assign) and getattr(member.targets[0], "id", "") == "__match_args__"
    ]
    assert [getattr(getattr(_core, name), "__match_args__", ())] == (declared or [()])


FUNCTIONS = {node.name: node for node in CORE.body if isinstance(node, Function)}
METHODS = {
    f"{name}.{member.name}": member
    for name, node in classes(CORE).items()
    for member in node.body
    if isinstance(member, Function) and not is_property(member) and not member.name.startswith("_")
}


@pytest.mark.parametrize("path", [*FUNCTIONS, *METHODS])
def test_signatures_of_the_stub_are_those_at_run_time(path: str) -> None:
    arguments = {**FUNCTIONS, **METHODS}[path].args
    parameters = [
        parameter
        for parameter in inspect.signature(at(path)).parameters.values()
        if parameter.name not in ("self", "cls")
    ]
    by_place = [argument.arg for argument in arguments.posonlyargs + arguments.args]
    declared = [name for name in by_place if name not in ("self", "cls")]
    declared += [argument.arg for argument in arguments.kwonlyargs]
    declared += [arguments.kwarg.arg] if arguments.kwarg else []
    assert [parameter.name for parameter in parameters] == declared
    required = {parameter.name for parameter in parameters if parameter.default is inspect.Parameter.empty}
    optional = {argument.arg for argument in (arguments.posonlyargs + arguments.args)[-len(arguments.defaults) :]}
    optional = optional if arguments.defaults else set()
    optional |= {
        argument.arg
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
        if default is not None
    }
    assert required - {arguments.kwarg.arg if arguments.kwarg else ""} == set(declared) - optional - {
        arguments.kwarg.arg if arguments.kwarg else ""
    }
    positional = {argument.arg for argument in arguments.posonlyargs} - {"self", "cls"}
    assert {parameter.name for parameter in parameters if parameter.kind is parameter.POSITIONAL_ONLY} == positional


@pytest.mark.parametrize("name", CLASSES_OF_VALUES)
def test_every_class_of_values_has_at_run_time_exactly_the_attributes_of_its_stub(name: str) -> None:
    kind = getattr(qince_leads, name)
    node = CLASSES_OF_VALUES[name]
    declared = [member.name for member in node.body if isinstance(member, Function) and is_property(member)]
    inherited = ["extra"] if kind in RECORDS else []
    assert set(declared + inherited) == set(inspect.signature(kind).parameters)
    own = {each for each in vars(kind) if not each.startswith("_")}
    assert own == set(declared)
    assert {each for each in names_of(node) if not hasattr(kind, each)} == set()
    for each in declared + inherited:
        getattr(kind(), each)


@pytest.mark.parametrize("name", CLASSES_OF_VALUES)
def test_every_class_of_values_takes_the_keywords_of_its_stub_in_its_order(name: str) -> None:
    new = next(
        member for member in CLASSES_OF_VALUES[name].body if isinstance(member, Function) and member.name == "__new__"
    )
    declared = [argument.arg for argument in new.args.kwonlyargs]
    assert [argument.arg for argument in new.args.args] == ["cls"]
    assert declared == list(inspect.signature(getattr(qince_leads, name)).parameters)


@pytest.mark.parametrize("name", CLASSES_OF_VALUES)
def test_every_class_and_attribute_of_values_says_at_run_time_what_its_stub_says_first(name: str) -> None:
    kind = getattr(qince_leads, name)
    node = CLASSES_OF_VALUES[name]
    assert first_words(kind.__doc__) in first_words(ast.get_docstring(node))
    for member in node.body:
        if isinstance(member, Function) and is_property(member):
            doc = inspect.getdoc(getattr(kind, member.name))
            assert words(doc).startswith(first_words(ast.get_docstring(member))), member.name


def first_words(doc: str | None) -> str:
    """The first paragraph, without what stands in brackets at its end."""
    first = words((doc or "").split("\n\n")[0])
    return re.sub(r" \([^()]*\)\.$", "", first).rstrip(".")


def test_values_and_the_package_list_the_same_classes() -> None:
    kinds = {kind.__name__ for kind in (*PAYLOADS, *PARTS, *RECORDS)}
    assert set(CLASSES_OF_VALUES) == kinds
    assert kinds <= set(vars(qince_leads)["__all__"])


def test_what_the_package_loads_later_is_what_type_checkers_see() -> None:
    shown = (_httpx, _urllib, bulk, client, errors, transport)
    modules = {module.__name__.rpartition(".")[2]: module for module in shown}
    listed = {name: module.__all__ for name, module in modules.items()}
    assert vars(qince_leads)["_MODULES"] == listed


def test_the_package_says_that_it_is_typed() -> None:
    assert (PACKAGE / "py.typed").is_file()
