"""CSV files as other systems write them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.errors import UserError
from handlers.admin.table_file import digest, rows


def read(tmp_path: Path, content: bytes) -> list[dict[str, str]]:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    return list(rows(path))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_usual_encodings(tmp_path: Path, encoding: str) -> None:
    assert read(tmp_path, "ID,Text\r\n1,Größe “M”\r\n".encode(encoding)) == [{"id": "1", "text": "Größe “M”"}]


def test_one_line_in_another_encoding_does_not_spoil_the_others(tmp_path: Path) -> None:
    found = read(tmp_path, "id,text\n1,né 😀\n".encode() + "2,né\n".encode("latin-1"))
    assert [row["text"] for row in found] == ["né 😀", "né"]


def test_damaged_text_survives(tmp_path: Path) -> None:
    half, halves = b"\xed\xa0\xbd", b"\xed\xa0\xbd\xed\xb8\x80"
    found = read(tmp_path, b"id,text\n1,half " + half + b"\n2,whole " + halves + b"\n3,nul \x00 \x07\n4,\x81\n")
    assert [row["text"] for row in found] == ["half �", "whole 😀", "nul � �", "\x81"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_usual_delimiters(tmp_path: Path, delimiter: str) -> None:
    content = f'id{delimiter}text\n1{delimiter}"two\nlines{delimiter} ""quoted"""\n'.encode()
    assert read(tmp_path, content) == [{"id": "1", "text": f'two\nlines{delimiter} "quoted"'}]


def test_ragged_and_blank_rows(tmp_path: Path) -> None:
    assert read(tmp_path, b"id,text\n1\n\n , \n2,a,b\n") == [{"id": "1"}, {"id": "2", "text": "a", "column 3": "b"}]


def test_a_field_may_be_very_long(tmp_path: Path) -> None:
    assert len(read(tmp_path, b"id,text\n1," + b"x" * 500_000 + b"\n")[0]["text"]) == 500_000


def test_a_column_is_missing_in_the_header_and_not_in_a_short_row(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b"id,text\n1\n2,b\n")
    assert list(rows(path, column="text")) == [{"id": "1"}, {"id": "2", "text": "b"}]
    path.write_bytes(b"id,body\n")
    with pytest.raises(UserError, match="no column “text”"):
        list(rows(path, column="text"))


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be read"):
        list(rows(tmp_path / "nowhere.csv"))
    with pytest.raises(UserError, match="cannot be read"):
        digest(tmp_path / "nowhere.csv")
    with pytest.raises(UserError, match="no header"):
        read(tmp_path, b"")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = os.open(pipe, os.O_RDWR)
    try:
        with pytest.raises(UserError, match="pipe"):
            list(rows(pipe))
    finally:
        os.close(writer)


def test_files_are_told_apart_by_content(tmp_path: Path) -> None:
    for name, content in (("a", b"1"), ("b", b"1"), ("c", b"2")):
        (tmp_path / name).write_bytes(content)
    assert digest(tmp_path / "a") == digest(tmp_path / "b") != digest(tmp_path / "c")
