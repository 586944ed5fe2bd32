"""Reading `.npz`, a zip of arrays. Those of lists are pickles: see `pickles`."""

import io
import zipfile

import numpy as np

from scratch.datasets.pickles import load


def read_npz(path: str) -> dict[str, np.ndarray]:
    """The arrays of a file, by name.

    Raises:
        ValueError: for a file that is damaged, or holds something besides arrays of numbers,
            strings and lists.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.endswith(".npy")]
            return {name.removesuffix(".npy"): _read_npy(archive.read(name)) for name in names}
    except (zipfile.BadZipFile, EOFError, ValueError) as error:
        raise ValueError(f"{path} can't be read: {error}") from error


def _read_npy(content: bytes) -> np.ndarray:
    file = io.BytesIO(content)
    version = np.lib.format.read_magic(file)
    header = np.lib.format.read_array_header_1_0 if version == (1, 0) else None
    _, _, dtype = (header or np.lib.format.read_array_header_2_0)(file)
    if dtype.hasobject:
        return load(content[file.tell() :])
    file.seek(0)
    return np.lib.format.read_array(file, allow_pickle=False)
