"""Files as text: bounded, tolerant, and never a wait."""

import os
from pathlib import Path

import pytest

from lineclear.probe.survey.reading import names_in, printable, read_bytes, read_text, shortened, under


def test_a_file_is_read_whole_and_without_its_mark(tmp_path: Path) -> None:
    (tmp_path / "conf").write_bytes(b"\xef\xbb\xbfnameserver 10.0.0.1\n")
    told = read_text(str(tmp_path / "conf"))
    assert (told.text, told.exists, told.trouble) == ("nameserver 10.0.0.1\n", True, "")


def test_an_enormous_file_is_cut_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "big").write_bytes(b"x" * 100_000)
    told = read_text(str(tmp_path / "big"), 70_000)
    assert len(told.text) == 70_000
    assert "only its first 70000 bytes" in told.trouble
    assert not read_text(str(tmp_path / "big"), 100_000).trouble


def test_bytes_that_are_no_text_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "odd").write_bytes(b"a\xff\xfeb\x00")
    assert read_text(str(tmp_path / "odd")).text == "a��b\x00"


def test_absent_is_not_unreadable(tmp_path: Path) -> None:
    assert not read_text(str(tmp_path / "none")).exists
    assert not read_text(str(tmp_path / "none" / "below")).exists
    folder = read_text(str(tmp_path))
    assert folder.exists
    assert "directory" in folder.trouble


def test_a_pipe_nobody_writes_to_does_not_hold_us(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert read_text(str(tmp_path / "pipe")).text == ""


def test_an_endless_file_ends() -> None:
    assert len(read_text("/dev/zero", 200_000).text) == 200_000


def test_a_file_of_somebody_else_is_trouble(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    (tmp_path / "secret").write_text("x")
    (tmp_path / "secret").chmod(0)
    told = read_text(str(tmp_path / "secret"))
    assert told.exists
    assert "permission denied" in told.trouble


def test_listing_and_raw_reading_never_raise(tmp_path: Path) -> None:
    (tmp_path / "b").touch()
    (tmp_path / "a").touch()
    assert names_in(str(tmp_path)) == ("a", "b")
    assert names_in(str(tmp_path / "none")) == ()
    assert read_bytes(str(tmp_path / "none"), 10) == b""


@pytest.mark.parametrize(
    ("path", "environ", "shown"),
    [
        ("/home/bob/Jts/jts.ini", {"HOME": "/home/bob"}, "~/Jts/jts.ini"),
        ("/home/bob/Jts/jts.ini", {"HOME": "/home/bob/"}, "~/Jts/jts.ini"),
        ("/home/bobby/jts.ini", {"HOME": "/home/bob"}, "/home/bobby/jts.ini"),
        (r"C:\Users\bob\Jts\jts.ini", {"USERPROFILE": r"C:\Users\bob"}, r"~\Jts\jts.ini"),
        ("/opt/jts.ini", {}, "/opt/jts.ini"),
        ("/opt/\x1b[2J\udcff/jts.ini", {}, "/opt/?[2J?/jts.ini"),
    ],
)
def test_a_path_is_shown_without_the_user(path: str, environ: dict[str, str], shown: str) -> None:
    assert shortened(path, environ) == shown


def test_small_things() -> None:
    assert under("/", "/etc/hosts") == "/etc/hosts"
    assert under("/srv/root/", "/etc/hosts") == "/srv/root/etc/hosts"
    assert printable("zürich") == "zürich"
