"""Archives: what is whole arrives whole, what is hostile is refused before anything is written."""

import io
import os
import tarfile
import zipfile

import pytest

from scratch.files import archives
from scratch.files.archives import UnsafeArchiveError, extract_archive

FILES = {"a.txt": b"first", "folder/b.bin": bytes(range(256)) * 300, "folder/deep/c": b""}


def tar(path, members, mode="w"):
    """Members are (name, content) or (TarInfo, content)."""
    with tarfile.open(path, mode) as archive:
        for name, content in members:
            info = tarfile.TarInfo(name) if isinstance(name, str) else name
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return str(path)


def special(name, kind, target=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info, b""


def read_all(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tar(mode, tmp_path):
    path = tar(tmp_path / "a.any", FILES.items(), mode)
    assert extract_archive(path, str(tmp_path / "out"))
    assert read_all(tmp_path / "out") == FILES
    assert not extract_archive(path, str(tmp_path / "other"), ["zip"])
    assert not (tmp_path / "other").exists()


def test_zip(tmp_path):
    path = tmp_path / "a.any"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.mkdir("empty")
        for name, content in FILES.items():
            archive.writestr(name, content)
    assert extract_archive(str(path), str(tmp_path / "out"))
    assert read_all(tmp_path / "out") == FILES and (tmp_path / "out" / "empty").is_dir()
    assert extract_archive(str(path), str(tmp_path / "out"))  # over what is there


def test_what_is_no_archive(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"text")
    assert not extract_archive(str(path), str(tmp_path / "out"))
    with pytest.raises(NotImplementedError, match="'rar'"):
        extract_archive(str(path), str(tmp_path / "out"), ["rar"])


def test_a_link_to_a_file_of_the_archive_becomes_a_copy(tmp_path):
    members = [
        *FILES.items(),
        special("hard", tarfile.LNKTYPE, "folder/b.bin"),
        special("folder/soft", tarfile.SYMTYPE, "../a.txt"),
        special("folder/again", tarfile.SYMTYPE, "soft"),
    ]
    path = tar(tmp_path / "a.tar", members)
    assert extract_archive(path, str(tmp_path / "out"))
    found = read_all(tmp_path / "out")
    assert found["hard"] == FILES["folder/b.bin"]
    assert found["folder/soft"] == found["folder/again"] == b"first"
    assert not any(p.is_symlink() for p in (tmp_path / "out").rglob("*"))


HOSTILE = {
    "up": [("a", b"x"), ("../evil", b"x")],
    "up in between": [("a/../../evil", b"x")],
    "absolute": [("/tmp/evil", b"x")],
    "backslashes": [("..\\evil", b"x")],
    "a drive": [("c:\\evil", b"x")],
    "a link up": [special("link", tarfile.SYMTYPE, "../secret")],
    "an absolute link": [special("link", tarfile.SYMTYPE, "/etc/passwd")],
    "a link, then through it": [special("link", tarfile.SYMTYPE, "/tmp"), ("link/evil", b"x")],
    "a link to a folder": [special("d", tarfile.DIRTYPE), special("link", tarfile.SYMTYPE, "d")],
    "a link to itself": [special("link", tarfile.SYMTYPE, "link")],
    "a hard link outside": [special("link", tarfile.LNKTYPE, "../secret")],
    "a pipe": [special("pipe", tarfile.FIFOTYPE)],
    "a device": [special("null", tarfile.CHRTYPE)],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_tar(name, tmp_path):
    path = tar(tmp_path / "a.tar", HOSTILE[name])
    with pytest.raises(UnsafeArchiveError, match=r"a\.tar was not unpacked: its member"):
        extract_archive(path, str(tmp_path / "in" / "out"))
    assert not (tmp_path / "in").exists() and not (tmp_path / "evil").exists()


@pytest.mark.parametrize("name", ["../evil", "/tmp/evil", "a/../../evil"])
def test_hostile_zip(name, tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", b"x")
        archive.writestr(name, b"x")
    with pytest.raises(UnsafeArchiveError, match="would be written outside"):
        extract_archive(str(path), str(tmp_path / "in" / "out"))
    assert not (tmp_path / "in").exists()


def test_a_link_in_a_zip(tmp_path):
    path, info = tmp_path / "a.zip", zipfile.ZipInfo("link")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(UnsafeArchiveError, match="'link' is neither a file nor a folder"):
        extract_archive(str(path), str(tmp_path / "out"))


@pytest.mark.parametrize("kind", ["zip", "w:gz", "w:xz"])
def test_a_bomb(kind, tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST", 100_000)
    path, content = tmp_path / "bomb", bytes(10_000_000)
    if kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("zeros", content)
    else:
        tar(path, [("zeros", content)], kind)
    with pytest.raises(UnsafeArchiveError, match="would become more than"):
        extract_archive(str(path), str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_a_header_without_end(tmp_path):
    """A name that claims to be gigabytes long would be read into memory."""
    path = tmp_path / "a.tar"
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 1 << 33
    path.write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(1024))
    with pytest.raises(ValueError, match="can't be unpacked: a header claims"):
        extract_archive(str(path), str(tmp_path / "out"), ["tar"])


def test_a_link_that_stands_where_a_file_goes(tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    os.symlink("/tmp", out / "folder")
    path = tar(tmp_path / "a.tar", FILES.items())
    with pytest.raises(UnsafeArchiveError, match="leads elsewhere by a link"):
        extract_archive(path, str(out))
    assert read_all(out) == {}


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
@pytest.mark.parametrize("share", [0.45, 0.9, 0.99])
def test_what_is_cut_short_is_damaged(mode, share, tmp_path):
    path = tmp_path / "a.any"
    content = os.urandom(30_000)
    tar(path, [("a", content), ("b", content)], mode)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(share * (len(whole) - 10_240 * (mode == "w")))])
    with pytest.raises(ValueError, match="is damaged"):
        extract_archive(str(path), str(tmp_path / "out"), ["tar"])
    assert [p.name for p in tmp_path.iterdir()] == ["a.any"]
