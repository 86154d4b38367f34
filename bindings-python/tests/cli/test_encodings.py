"""In which encoding a file is: told by evidence, said, and refused where it is doubtful."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from qince_leads.cli.console import UserError
from qince_leads.cli.readers.encodings import encoding_of

from .workbooks import read

if TYPE_CHECKING:
    from pathlib import Path

    from .conftest import Cli, Sandbox

HEADER = "cus_name,emp_name,code\n"
SIMPLIFIED = "杭州示例科技有限公司,张三,A1\n", "甲公司,李四,A1\n", "北京某某商贸有限公司,欧阳娜娜,A1\n"
TRADITIONAL = "台北示例科技有限公司,陳大文,A1\n", "鴻海精密工業,郭小明,A1\n", "甲公司,張三,A1\n"
JAPANESE = "株式会社サンプル,山田太郎,A1\n", "東京商事㈱,鈴木一郎,A1\n", "サンプル,さとう,A1\n"
KOREAN = "삼성전자 주식회사,김철수,A1\n", "현대자동차,이영희,A1\n"
LATIN = "Société Générale,François Lefèvre,A1\n", "Straße AG Öko,Jürgen Groß,A1\n"

TEXTS = [
    *(("gb18030", text) for text in SIMPLIFIED),
    *(("cp950", text) for text in TRADITIONAL),
    *(("cp932", text) for text in JAPANESE),
    *(("cp949", text) for text in KOREAN),
    *(("cp1252", text) for text in LATIN),
]
TITLES = {"gb18030": "GB18030", "cp950": "Big5", "cp932": "Shift-JIS", "cp949": "EUC-KR", "cp1252": "Latin-1"}


@pytest.mark.parametrize(("encoding", "text"), TEXTS)
def test_an_encoding_is_told_by_what_the_characters_would_be_and_said(bare_cli: Cli, encoding: str, text: str) -> None:
    path = bare_cli.write("l.csv", HEADER + text, encoding)
    assert [lead["cus_name"] for lead in read(path)] == [text.partition(",")[0]]
    ran = bare_cli.run("import", "l.csv", "--dry-run")
    assert f"CSV in {TITLES[encoding]}, as in `" in ran.err
    assert "--encoding chooses another" in ran.err


def guessed(path: Path) -> str:
    """The encoding, or the line that says which ones it may be."""
    try:
        return encoding_of(path).name
    except UserError as error:
        return str(error)


@pytest.mark.parametrize(("encoding", "text"), TEXTS)
def test_a_guess_is_right_or_is_none_however_short_the_text(tmp_path: Path, encoding: str, text: str) -> None:
    for length in range(1, len(text) - 4):
        path = tmp_path / "l.csv"
        path.write_bytes((HEADER + text[:length] + "\n").encode(encoding))
        told = guessed(path)
        assert told in (encoding, "utf-8") or f"--encoding {encoding}" in told


def test_a_doubtful_encoding_is_refused_with_those_that_fit(bare_cli: Cli, quick_cli: Cli, sandbox: Sandbox) -> None:
    for cli in (bare_cli, quick_cli):
        cli.write("l.csv", f"{HEADER}薇娅,甄嬛,A1\n", "gb18030")
    ran = bare_cli.run("import", "l.csv")
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1
    assert "GB18030 (`薇娅 甄嬛`, --encoding gb18030)" in ran.err
    assert quick_cli.run("import", "l.csv", "--encoding", "gb18030").code == 0
    assert sandbox.codes() == ["A1"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-8"])
@pytest.mark.parametrize("text", ["甲,乙,A1\n", "a,b,A1\n"])
def test_unicode_is_told_with_and_without_a_mark(tmp_path: Path, encoding: str, text: str) -> None:
    path = tmp_path / "l.csv"
    path.write_bytes((HEADER + text).encode(encoding))
    assert [lead["code"] for lead in read(path)] == ["A1"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "cp950"])
def test_a_file_that_was_cut_in_a_character_is_refused_as_that(bare_cli: Cli, encoding: str) -> None:
    path = bare_cli.write(
        "l.csv",
        HEADER + "甲公司有限公司,張三,A1\n客戶公司"
        if encoding == "cp950"
        else f"{HEADER}甲公司有限公司,张三,A1\n客户公司",
        encoding,
    )
    path.write_bytes(path.read_bytes()[:-1])
    for options in ((), ("--encoding", encoding)):
        ran = bare_cli.run("import", "l.csv", *options)
        assert ran.code == 2
        assert "ends in the middle of a character" in ran.err


def test_one_broken_line_in_utf8_is_named(bare_cli: Cli) -> None:
    path = bare_cli.write("l.csv", HEADER + "甲公司,张三,A1\n" * 10)
    path.write_bytes(path.read_bytes() + "甲,乙,A9\n".encode("gb18030"))
    [line] = bare_cli.run("import", "l.csv").err.splitlines()
    assert "but for line 12" in line


def test_an_encoding_that_there_is_not_or_that_does_not_fit_is_one_line(bare_cli: Cli) -> None:
    bare_cli.write("l.csv", f"{HEADER}甲公司,张三,A1\n", "gb18030")
    assert "no such encoding" in bare_cli.run("import", "l.csv", "--encoding", "gbk18").err
    assert "line 2 cannot be read" in bare_cli.run("import", "l.csv", "--encoding", "utf-8").err
    (bare_cli.folder / "l.csv").write_bytes(b"cus_name,emp_name\n\x01\0\2,a\n")
    assert "null characters" in bare_cli.run("import", "l.csv").err


def test_json_lines_are_told_apart_too(bare_cli: Cli) -> None:
    bare_cli.write("l.jsonl", '{"客户名称": "甲公司", "负责人": "张三"}\n', "gb18030")
    assert bare_cli.run("import", "l.jsonl", "--dry-run").code == 0
