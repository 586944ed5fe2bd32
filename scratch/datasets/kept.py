"""A data set's file: in Keras's cache, in another place on this machine, or from the internet.

1. Keras's cache: `$KERAS_HOME` or `~/.keras`, then `datasets`
2. a Debian or Ubuntu package: `/usr/share/datasets/<data set>`
3. the folder that an environment variable names: `$CIFAR10_DIR`
4. the address that Keras has it from; then it is kept in Keras's cache

Whatever is read has the checksum that Keras asks for.
"""

from dataclasses import dataclass
from pathlib import Path

from scratch.datasets import sources
from scratch.files.archives import extract_archive
from scratch.files.download import DataUnavailableError
from scratch.utils.get_file import get_file, has_hash

ORIGIN = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


@dataclass(frozen=True)
class Kept:
    """A file of a data set.

    Args:
        title: the data set's name, for messages.
        url: where Keras has it from.
        file_hash: its SHA-256 or MD5.
        folder: the name of the data set, for folders and the environment variable.
        unpacked: of an archive, the folder in the cache that it is unpacked into.
    """

    title: str
    url: str
    file_hash: str
    folder: str
    unpacked: str | None = None

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.url.rpartition("/")[2]

    @property
    def variable(self) -> str:
        """The environment variable that may name a folder with it."""
        return self.folder.replace("-", "_").upper() + "_DIR"

    def path(self, cached_as: str | None = None) -> str:
        """The path of the file, or of the folder that it was unpacked into.

        Args:
            cached_as: its name in the cache; default: its own.

        Raises:
            DataUnavailableError: an OSError, when it can be had from nowhere.
        """
        cached = self.unpacked or cached_as or self.name
        target = sources.cache_folder("") / (f"{cached}_archive" if self.unpacked else cached)
        places = {name: place / self.name for name, place in self._elsewhere().items()}
        if not target.exists():
            for place in places.values():
                if place.is_file() and has_hash(str(place), self.file_hash):
                    return self._use(place)
        try:
            return get_file(
                fname=cached,
                origin=self.url,
                file_hash=self.file_hash,
                extract=self.unpacked is not None,
            )
        except DataUnavailableError as error:
            looked = "\n".join(
                f"  {name}: {place} " + ("has another checksum" if place.exists() else "is missing")
                for name, place in {"Keras's cache": target, **places}.items()
            )
            raise DataUnavailableError(
                f"{self.title} is not on this machine and could not be downloaded.\n{looked}\n"
                f"  download: {error}\n"
                f"Connect to the internet, or put {self.name} (of {self.url}) into a folder and "
                f"name it in ${self.variable}."
            ) from error

    def _use(self, path: Path) -> str:
        if self.unpacked is None:
            return str(path)
        folder = str(sources.cache_folder(self.unpacked))
        extract_archive(str(path), folder)
        return folder

    def _elsewhere(self) -> dict[str, Path]:
        found = sources.places(self.folder, self.variable)
        return {name: place for name, place in found.items() if name != "Keras's cache"}
