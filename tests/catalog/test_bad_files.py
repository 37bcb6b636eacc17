"""A bad file gets the line, the path of the field and the fix. A row of the table: what to change, what is said."""

from pathlib import Path

import pytest

from lineclear.catalog import lint, load, load_file, parse_toml
from lineclear.model import UsageError

GOOD = """\
format = "lineclear.catalog/1"
id = "acme"
edition = "7"
title = "Acme hosts"
publisher = "Acme"
application = "Acme Terminal"

[[footnote]]
number = 1
text = "A note."

[[profile]]
id = "far"
title = "Far away."

[[window]]
start = "23:00"
end = "03:00"
timezone = "America/New_York"
regions = ["north"]

[[table]]
id = "main"
title = "MAIN"
columns = ["SERVICE", "HOST", "PORTS"]

[[service]]
id = "quotes"
label = "QUOTES"
table = "main"
region = "north"
ports = ["4001/tls"]

  [[service.hosts]]
  role = "primary"
  host = "q.acme.example"
  ports = [443]

  [[service.hosts]]
  role = "backup"
  host = "q2.acme.example"
"""


def test_the_good_file_is_good() -> None:
    assert [one.id for one in parse_toml(GOOD, "good.toml").requirements] == [
        "quotes/primary/443",
        "quotes/backup/4001",
    ]


BAD = [
    # what stands there, what is put in its place, line, field, part of the problem, part of the fix
    ('role = "primary"', 'rol = "primary"', 35, "service[0].hosts[0].rol", "not a key", "`role`"),
    ('role = "primary"', 'colour = "red"', 35, "service[0].hosts[0].colour", "not a key", "Known here: "),
    ('id = "acme"', 'id = "acme"\nid-2 = 1', 3, "id-2", "not a key", "`id`"),
    ('role = "primary"', 'role = "primry"', 35, "service[0].hosts[0].role", '"primry"', '"primary"'),
    ('role = "primary"', 'role = "chief"', 35, "service[0].hosts[0].role", '"chief"', "only, primary, backup"),
    ('role = "primary"', "role = 1", 35, "service[0].hosts[0].role", "is a whole number", "text in double quotes"),
    ('host = "q.acme.example"', 'host = ""', 36, "service[0].hosts[0].host", "is empty", "Write the name"),
    ('host = "q.acme.example"', "", 34, "service[0].hosts[0]", "has no `host`", 'host = "..."'),
    (
        'host = "q.acme.example"',
        'host = "https://q.acme.example/x"',
        36,
        "service[0].hosts[0].host",
        "is a URL where a host belongs",
        'Write only the host: "q.acme.example" and ports = ["443/https"]',
    ),
    (
        'host = "q.acme.example"',
        'host = "q.acme.example:4001"',
        36,
        "service[0].hosts[0].host",
        "a port beside",
        "4001",
    ),
    ("  ports = [443]", '  ports = [""]', 37, "service[0].hosts[0].ports[0]", "is blank", "row above it"),
    ("  ports = [443]", '  ports = [" "]', 37, "service[0].hosts[0].ports[0]", "is blank", "row above it"),
    ("  ports = [443]", "  ports = []", 34, "service[0].hosts[0]", "has no port", "Add ports"),
    ("  ports = [443]", "  ports = [443, 65536]", 37, "service[0].hosts[0].ports[1]", "the right form", "1 to 65535"),
    ("  ports = [443]", "  ports = [0]", 37, "service[0].hosts[0].ports[0]", "the right form", "1 to 65535"),
    ("  ports = [443]", "  ports = 443", 37, "service[0].hosts[0].ports", "is a whole number", "a list in [ ]"),
    ("  ports = [443]", "  ports = [443, true]", 37, "service[0].hosts[0].ports[1]", "is true or false", "or text in"),
    ("  ports = [443]", '  ports = ["4000 / 4001"]', 37, "service[0].hosts[0].ports[0]", "not a port", "[4000, 4001]"),
    ("  ports = [443]", '  ports = ["https"]', 37, "service[0].hosts[0].ports[0]", "not a port", '"4001/tls"'),
    ("  ports = [443]", '  ports = ["443/htps"]', 37, "service[0].hosts[0].ports[0]", '"htps"', "Write /http"),
    ("  ports = [443]", '  ports = ["443/qqq"]', 37, "service[0].hosts[0].ports[0]", '"qqq"', "tws-api"),
    ("  ports = [443]", '  ports = ["99999/tls"]', 37, "service[0].hosts[0].ports[0]", "out of range", "1 to 65535"),
    ("  ports = [443]", '  ports = ["20-10/tcp"]', 37, "service[0].hosts[0].ports[0]", "before it begins", '"10-20"'),
    ("  ports = [443]", "  ports = [443, 443]", 37, "service[0].hosts[0].ports[1]", "443 twice", "Remove one"),
    (
        "  ports = [443]",
        "  ports = [{ port = 9, last = 3 }]",
        37,
        "service[0].hosts[0].ports[0]",
        "before it begins",
        '"3-9"',
    ),
    ("  ports = [443]", "  ports = [{ prot = 9 }]", 37, "service[0].hosts[0].ports[0].prot", "not a key", "`port`"),
    ("  ports = [443]", "  ports = [{ last = 9 }]", 37, "service[0].hosts[0].ports[0]", "has no `port`", "port = 443"),
    ('ports = ["4001/tls"]\n', 'ports = ["4001/tlz"]\n', 32, "service[0].ports[0]", '"tlz"', "Write /tls"),
    ('ports = ["4001/tls"]\n', "", 38, "service[0].hosts[1]", "has no port", "Add ports"),
    ('table = "main"', 'table = "mian"', 30, "service[0].table", 'names no [[table]] of this file: "mian"', '"main"'),
    ('table = "main"', 'condition = "near"', 30, "service[0].condition", "names no [[profile]]", "far"),
    ('table = "main"', "footnotes = [1, 4]", 30, "service[0].footnotes[1]", "footnote 4", "number = 4"),
    ('region = "north"', 'region = "North"', 31, "service[0].region", "the right form", "lower-case"),
    ('regions = ["north"]', 'regions = ["nrth"]', 20, "window[0].regions[0]", "region of a service", '"north"'),
    ('regions = ["north"]', 'days = ["friday"]', 20, "window[0].days[0]", '"friday"', '"fri"'),
    ('start = "23:00"', 'start = "25:00"', 17, "window[0].start", "the right form", "HH:MM"),
    ('start = "23:00"', "start = 23:00:00", 17, "window[0].start", "is a time without quotes", "in double quotes"),
    ("number = 1", "number = 0", 9, "footnote[0].number", "the right form", "count from 1"),
    ("number = 1", "number = 1.5", 9, "footnote[0].number", "is a number with a fraction", "a whole number"),
    ('title = "Far away."', 'title = ["Far"]', 14, "profile[0].title", "is a list in [ ]", "text in double quotes"),
    ('title = "Acme hosts"', 'title = "  "', 4, "title", "is empty", "leave the line out"),
    (
        'columns = ["SERVICE", "HOST", "PORTS"]',
        'columns = ["HOST"]',
        25,
        "table[0].columns",
        "right form",
        "three heads",
    ),
    ('format = "lineclear.catalog/1"', "", 1, "", "the file has no `format`", 'format = "lineclear.catalog/1"'),
    ('format = "lineclear.catalog/1"', 'format = "lineclear.catalog/2"', 1, "format", "this version reads", "version"),
    ('format = "lineclear.catalog/1"', "format = 1", 1, "format", "is a whole number", "text"),
    ('edition = "7"', 'edition = "A B"', 3, "edition", "the right form", "2022-01"),
    ('edition = "7"', 'edition = "7"\npublished = 2022-01-31', 4, "published", "a date without", "in double quotes"),
    ('edition = "7"', 'edition = "7"\npublished = "January"', 4, "published", "the right form", "2022-01-31"),
    ('edition = "7"', 'edition = "7"\nedition = "8"', 4, "", "not valid TOML: cannot overwrite", "each key once"),
    ('edition = "7"', "edition = seven", 3, "", "not valid TOML: invalid value", "double quotes"),
    ('edition = "7"', 'edition "7"', 3, "", "not valid TOML: expected '='", "key = value"),
    ('edition = "7"', 'edition = "7', 3, "", "not valid TOML: illegal character", "Close the quotes"),
    ('id = "quotes"', 'id = "quotes"\n[[', 29, "", "not valid TOML", "toml"),
    ('publisher = "Acme"', 'publisher = "Ac\\u001bme"', 5, "publisher", "control character U+001B", "Remove"),
    ('publisher = "Acme"', 'publisher = "Ac\u202eme"', 5, "publisher", "control character U+202E", "Remove"),
    ('publisher = "Acme"', 'publisher = "Acme"\n"a\\u0007" = 1', 6, "a", "control character U+0007", "Remove"),
]


@pytest.mark.parametrize("row", BAD, ids=[row[1] or row[0] for row in BAD])
def test_a_mistake(row: tuple[str, str, int, str, str, str]) -> None:
    old, new, line, field, problem, fix = row
    assert GOOD.count(old) >= 1
    with pytest.raises(UsageError) as caught:
        parse_toml(GOOD.replace(old, new, 1), "acme.toml")
    assert caught.value.problem.startswith(f"acme.toml, line {line}: {field}".rstrip())
    assert problem in caught.value.problem
    assert fix in caught.value.fix
    assert "\x1b" not in str(caught.value)


@pytest.mark.parametrize(
    ("again", "line", "field"),
    [
        ('[[footnote]]\nnumber = 1\ntext = "B"', 44, "footnote[1].number is given twice"),
        ('[[profile]]\nid = "far"\ntitle = "B"', 44, "profile[1].id is given twice"),
        ('[[table]]\nid = "main"\ntitle = "B"\ncolumns = ["A", "B", "C"]', 44, "table[1].id is given twice"),
        ('[[service]]\nid = "quotes"\nlabel = "B"\nports = [1]\nhosts = ["b.example"]', 44, "service[1].id is given"),
    ],
)
def test_an_id_given_twice(again: str, line: int, field: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_toml(f"{GOOD}\n{again}\n", "acme.toml")
    assert caught.value.problem.startswith(f"acme.toml, line {line}: {field}")
    assert "of its own" in caught.value.fix


def test_a_file_of_nothing_but_a_head() -> None:
    head = GOOD.partition("[[footnote]]")[0]
    with pytest.raises(UsageError, match=r"has no `service`\. Add a \[\[service\]\] block"):
        parse_toml(head, "acme.toml")


def test_a_service_without_hosts() -> None:
    text = GOOD.partition("  [[service.hosts]]")[0]
    with pytest.raises(UsageError, match=r"line 27: service\[0\] has no `hosts`"):
        parse_toml(text, "acme.toml")
    with pytest.raises(UsageError, match=r"line 33: service\[0\]\.hosts is empty\. Name at least one host"):
        parse_toml(f"{text.rstrip()}\nhosts = []\n", "acme.toml")


def test_a_file_nested_beyond_reason() -> None:
    with pytest.raises(UsageError, match="nested too deeply"):
        parse_toml(f"a = {'[' * 5000}{']' * 5000}", "deep.toml")


@pytest.mark.parametrize("depth", range(100, 1100, 50))
def test_no_depth_is_a_bug(depth: int) -> None:
    text = f"{GOOD}\n[[service.hosts]]\nhost = {'[' * depth}{']' * depth}"
    with pytest.raises(UsageError):
        parse_toml(text, "deep.toml")
    assert lint(text, "deep.toml")


def test_a_number_beyond_reason() -> None:
    with pytest.raises(UsageError, match=r"line 1: .*not valid TOML"):
        parse_toml(f"a = {'9' * 5000}", "long.toml")


def test_an_unclosed_text_has_the_last_line() -> None:
    with pytest.raises(UsageError, match=r"line 2:"):
        parse_toml('a = """\nb', "open.toml")


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "acme.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert load(str(path)) == load_file(str(path)) == parse_toml("\ufeff" + GOOD, "acme.toml")


def test_a_file_that_is_not_utf_8_has_a_line(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(b'a = 1\nb = "\xe9"\n')
    with pytest.raises(UsageError, match=r"line 2: is not UTF-8 text\. Save the file as UTF-8\."):
        load(str(path))


@pytest.mark.parametrize(("name", "reason"), [("absent.toml", "no such file"), (".", "is a directory")])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        load(f"{tmp_path}/{name}")


def test_messages_quote_no_more_than_a_line_of_what_they_refuse() -> None:
    with pytest.raises(UsageError) as caught:
        parse_toml(GOOD.replace('"q.acme.example"', f'"{"x" * 500}"'), "acme.toml")
    assert len(caught.value.problem) < 200
    assert '..."' in caught.value.problem
