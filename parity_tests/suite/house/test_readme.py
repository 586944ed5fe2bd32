"""The README: short, its commands found, its first program run, its links alive."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted((ROOT / "examples" / "pages").glob("*.md"))
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def test_it_has_at_most_a_thousand_words():
    assert len(README.split()) <= 1000


def test_the_two_commands_are_found_as_ci_finds_them():
    reads = re.search(r"sed -n '([^']*)' README.md", (ROOT / ".ci" / "run").read_text())
    assert reads is not None
    pattern = reads[1].removeprefix("s/").removesuffix(r"/\1/p").replace(r"\(", "(")
    commands = re.findall(pattern.replace(r"\)", ")"), README, re.MULTILINE)
    assert len(commands) == 2
    assert all("venv" in command for command in commands)
    assert commands[0].endswith("/parity")
    assert "pytest" in commands[1]


def test_the_site_is_built_so_that_a_dead_link_stops_it():
    """With `--quiet` MkDocs counts no warning, and then `--strict` refuses nothing."""
    run = (ROOT / ".ci" / "run").read_text().replace("\\\n", " ")
    (build,) = re.findall(r"^[^#\n]*\bmkdocs build .*$", run, re.MULTILINE)
    assert "--strict" in build.split()
    assert not {"--quiet", "-q"} & set(build.split())


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_the_first_program_prints_what_stands_below_it(capsys):
    (program,), (log,) = blocks("python"), blocks("text")
    assert len(program.splitlines()) <= 12
    exec(program, {})
    printed = [timeless(line) for line in capsys.readouterr().out.splitlines()]
    shown = [timeless(line) for line in log.splitlines()]
    at = shown.index("...")
    assert printed[:at] == shown[:at]
    assert printed[at - len(shown) + 1 :] == shown[at + 1 :]


def timeless(line: str) -> str:
    """A line of a log without what the clock says."""
    return re.sub(r" - \d+\w* - \d+\w+/step", "", line)


@pytest.mark.parametrize("path", [ROOT / "README.md", *PAGES], ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    for link in LINK.findall(path.read_text(encoding="utf-8")):
        if not link.startswith(("http://", "https://", "mailto:")):
            assert (path.parent / link).exists(), f"{path.name} -> {link}"


def test_every_page_is_reached_from_the_readme():
    """Through other pages, too."""
    waiting, seen = [ROOT / "README.md"], set()
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        links = LINK.findall(page.read_text(encoding="utf-8"))
        waiting += [(page.parent / link).resolve() for link in links if "://" not in link]
    assert set(PAGES) <= seen
