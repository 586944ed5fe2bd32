"""Files are written whole or not at all, and what else a user expects of a file stays."""

import errno
import io
import multiprocessing
import os
import stat
import time

import pytest

import scratch as keras
from scratch.files import whole as whole_file
from scratch.files.whole import write_whole

posix = pytest.mark.skipif(os.name != "posix", reason="permissions and locks of POSIX")
FAILURES = (errno.EIO, errno.EDQUOT, errno.ENOSPC, errno.EROFS)


def test_pieces(tmp_path):
    path = tmp_path / "f"
    write_whole(path, b"a", memoryview(b"bc"), b"", bytearray(b"d"))
    assert path.read_bytes() == b"abcd"
    write_whole(path)
    assert path.read_bytes() == b""


@pytest.mark.parametrize("code", FAILURES)
@pytest.mark.parametrize("call", ["open", "fsync", "replace", "chmod", "dup"])
@pytest.mark.parametrize("old", [b"old", None])
def test_a_failure_is_one_error_and_changes_nothing(call, code, old, tmp_path, monkeypatch):
    path = tmp_path / "f"
    if old is not None:
        path.write_bytes(old)
        path.chmod(0o640)
    elif call == "chmod":
        pytest.skip("a new file has the permissions that it is born with")

    def fails(*args, **settings):
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as patched:
        patched.setattr(os, call, fails)
        with pytest.raises(OSError, match="could not be saved") as error:
            write_whole(path, b"new")
    assert error.value.errno == code
    assert error.value.filename == str(path)
    assert os.listdir(tmp_path) == ([] if old is None else ["f"])
    assert old is None or path.read_bytes() == old
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("where", ["file", "folder"])
def test_where_nothing_can_be_synced(where, tmp_path, monkeypatch):
    """A system without fsync, or a folder that refuses it: no reason to fail."""
    fsync = os.fsync

    def refuses(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode) != (where == "folder"):
            return fsync(descriptor)
        raise OSError(errno.EIO if where == "folder" else errno.EINVAL, "no")

    monkeypatch.setattr(os, "fsync", refuses)
    write_whole(tmp_path / "f", b"new")
    assert (tmp_path / "f").read_bytes() == b"new"


@pytest.mark.parametrize("letter", ["x", "é", "字"])
def test_names_as_long_as_the_system_takes(letter, tmp_path):
    ending = ".weights.h5"
    name = letter * ((255 - len(ending)) // len(letter.encode())) + ending
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    for _ in range(2):
        model.save_weights(tmp_path / name)
    assert os.listdir(tmp_path) == [name]
    model.load_weights(tmp_path / name)
    with pytest.raises(OSError, match="name too long"):
        model.save_weights(tmp_path / f"{letter}{name}")


def test_the_temporary_name_is_short(tmp_path, monkeypatch):
    seen = []
    monkeypatch.setattr(os, "replace", lambda a, b: seen.append(os.path.basename(a)))
    for length in (1, 40, 48, 49, 255):
        write_whole(tmp_path / ("x" * length), b"")
        assert len(seen[-1]) <= max(length, 62)
        assert seen[-1].startswith(".") and seen[-1].endswith(".tmp")


@posix
def test_permissions_and_the_umask(tmp_path):
    path = tmp_path / "f"
    before = os.umask(0o027)
    try:
        write_whole(path, b"1")
        assert stat.S_IMODE(path.stat().st_mode) == 0o640
        for mode in (0o600, 0o666, 0o755, 0o2664):
            path.chmod(mode)
            write_whole(path, b"2")
            assert stat.S_IMODE(path.stat().st_mode) == mode
    finally:
        os.umask(before)


@posix
def test_a_private_file_is_never_open_to_others(tmp_path, monkeypatch):
    """Not even while it is written."""
    path, seen = tmp_path / "f", []
    path.touch(0o600)
    monkeypatch.setattr(os, "fsync", lambda d: seen.append(os.fstat(d).st_mode))
    write_whole(path, b"secret")
    assert stat.S_IMODE(seen[0]) == 0o600


@posix
@pytest.mark.skipif(getattr(os, "geteuid", lambda: 1)() != 0, reason="only root gives files away")
def test_the_owner_stays(tmp_path):
    path = tmp_path / "f"
    path.touch()
    os.chown(path, 1234, 4321)
    path.chmod(0o640)
    write_whole(path, b"1")
    found = path.stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (1234, 4321, 0o640)


def test_an_owner_that_cannot_stay_is_no_error(tmp_path, monkeypatch):
    path = tmp_path / "f"
    path.touch()

    def refuses(*args):
        raise PermissionError(errno.EPERM, "no")

    other = os.stat_result((*path.stat()[:4], 4321, 4321, *path.stat()[6:]))
    monkeypatch.setattr(whole_file, "_what_is_there", lambda path: other)
    monkeypatch.setattr(os, "chown", refuses)
    write_whole(path, b"1")
    assert path.read_bytes() == b"1"


@posix
def test_what_is_no_file_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="no plain file"):
        write_whole(tmp_path / "pipe", b"")
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path / "folder", b"")
    (tmp_path / "link").symlink_to("f")
    with pytest.raises(ValueError, match="symbolic link"):
        write_whole(tmp_path / "link", b"")
    with pytest.raises(FileNotFoundError, match="nowhere"):
        write_whole(tmp_path / "nowhere" / "f", b"")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    assert sorted(os.listdir(tmp_path)) == ["folder", "link", "pipe"]


def test_a_file_that_may_not_be_written_to_stays(tmp_path, monkeypatch):
    path = tmp_path / "f"
    path.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write to everything
    with pytest.raises(PermissionError, match="may not be written") as error:
        write_whole(path, b"new")
    assert error.value.filename == str(path)
    assert path.read_bytes() == b"old"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("ending", [".weights.h5", ".keras", ".h5"])
def test_no_memory_for_the_image_of_a_file(ending, tmp_path, monkeypatch):
    """Whatever HDF5 makes of it, it is an error, and the old file stays."""
    path, left = tmp_path / f"m{ending}", [10**6]
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    save = model.save_weights if ending == ".weights.h5" else model.save

    def put(memory, content):
        left[0] -= 1
        if left[0] < 0:
            raise MemoryError("no room")
        return io.BytesIO.write(memory, content)

    monkeypatch.setattr("scratch.saving.hdf5_writing._Memory._put", put)
    save(path)
    before, needed = path.read_bytes(), 10**6 - left[0]
    assert needed > 5
    for room in range(needed):
        left[0] = room
        with pytest.raises(MemoryError, match="no room"):
            save(path)
        assert path.read_bytes() == before
        assert os.listdir(tmp_path) == [path.name]
    left[0] = needed
    save(path)


# What killed processes leave ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["m.keras", "m" * 250])
def test_leftovers_of_this_name_are_removed(name, tmp_path):
    stem = whole_file._stem(name)
    old = [f".{stem}.{'0' * 8}.tmp", f".{stem}.{'a1' * 8}.tmp", f".{stem}.{'a1' * 8}.tmp.h5"]
    others = [".other.00000000.tmp", f".{stem}.notes.tmp", f"{stem}.00000000.tmp", f".{stem}.0.txt"]
    for left in (*old, *others):
        (tmp_path / left).touch()
    write_whole(tmp_path / name, b"")
    assert set(os.listdir(tmp_path)) == {name, *others}


def _writes_slowly(path, started):
    sync = os.fsync

    def slow(descriptor):
        if not started.is_set():
            started.set()
            time.sleep(2)
        sync(descriptor)

    setattr(os, "fsync", slow)  # noqa: B010
    write_whole(path, b"slow")


@posix
@pytest.mark.parametrize("killed", [False, True])
def test_another_writer_is_left_alone_while_it_lives(killed, tmp_path):
    context = multiprocessing.get_context("spawn")
    started, path = context.Event(), str(tmp_path / "f")
    other = context.Process(target=_writes_slowly, args=(path, started))
    other.start()
    assert started.wait(60)
    assert len(os.listdir(tmp_path)) == 1  # its temporary file
    if killed:
        other.kill()
        other.join()
    write_whole(path, b"fast")
    assert len(os.listdir(tmp_path)) == (1 if killed else 2)
    other.join()
    assert os.listdir(tmp_path) == ["f"]
    assert (tmp_path / "f").read_bytes() == (b"fast" if killed else b"slow")


@posix
def test_who_is_taken_for_left_behind_just_before_the_renaming_writes_again(tmp_path, monkeypatch):
    """There the lock is gone already."""
    replace, path = os.replace, tmp_path / "f"

    def interfered(a, b):
        monkeypatch.setattr(os, "replace", replace)
        write_whole(path, b"other")
        replace(a, b)

    monkeypatch.setattr(os, "replace", interfered)
    write_whole(path, b"own")
    assert path.read_bytes() == b"own"
    assert os.listdir(tmp_path) == ["f"]


@pytest.mark.parametrize("lost", ["fcntl", "folders"])
def test_a_system_without_locks_or_folders_to_open(lost, tmp_path, monkeypatch):
    """As on Windows: there is no `fcntl`, and a folder cannot be opened."""
    opens = os.open

    def refuses(name, *args, **settings):
        if os.path.isdir(name):
            raise PermissionError(errno.EACCES, "no", name)
        return opens(name, *args, **settings)

    if lost == "fcntl":
        monkeypatch.setattr(whole_file, "fcntl", None)
    else:
        monkeypatch.setattr(os, "open", refuses)
    for content in (b"first", b"second"):
        write_whole(tmp_path / "f", content)
        assert (tmp_path / "f").read_bytes() == content
        assert os.listdir(tmp_path) == ["f"]


@posix
@pytest.mark.parametrize("age", [0, 2 * 86_400])
def test_where_there_are_no_locks_age_decides(age, tmp_path, monkeypatch):
    left = tmp_path / ".f.00000000.tmp"
    left.touch()
    os.utime(left, (time.time() - age,) * 2)

    def refuses(*args):
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr(whole_file.fcntl, "flock", refuses)
    write_whole(tmp_path / "f", b"new")
    assert left.exists() == (age == 0)
    assert (tmp_path / "f").read_bytes() == b"new"


def test_a_temporary_file_that_another_took_away_is_made_again(tmp_path, monkeypatch):
    """Between its birth and its lock it looks like one that was left behind."""
    real, asked = os.path.exists, []

    def exists(path):
        asked.append(path)
        if len(asked) == 1:
            os.remove(path)
        return real(path)

    monkeypatch.setattr(whole_file.os.path, "exists", exists)
    write_whole(tmp_path / "f", b"whole")
    monkeypatch.undo()
    assert len(set(asked)) > 1
    assert (tmp_path / "f").read_bytes() == b"whole"
    assert os.listdir(tmp_path) == ["f"]
