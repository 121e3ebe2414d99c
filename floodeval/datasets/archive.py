"""A data set that comes as a zip archive: checked entry by entry, unpacked, and moved whole into place.

Nothing of an archive is trusted: an entry that leads out of the folder, a link, an encrypted or a repeated
entry, and what is larger than allowed is refused, and nothing is left behind.
"""

import re
import shutil
import stat
import tempfile
import unicodedata
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO
from zipfile import BadZipFile, ZipFile, ZipInfo

from floodeval.datasets.images import read_header
from floodeval.datasets.layouts import dataset_places, list_dataset
from floodeval.datasets.listing import PICTURES
from floodeval.datasets.sample_names import printable
from floodeval.errors import FloodevalError
from floodeval.i18n import formats
from floodeval.i18n.catalog import saying
from floodeval.progress import Progress, Step, silent
from floodeval.storage.atomic import unwritable
from floodeval.storage.locks import hold
from floodeval.storage.paths import check_name

_IGNORED = re.compile(r"(^|/)(__MACOSX|\.[^/]*|Thumbs\.db|desktop\.ini)(/|$)", re.IGNORECASE)
_ENCRYPTED, _UTF8 = 0x1, 0x800  # flags of an entry
_CHUNK = 2**20
_LONGEST_NAME = 255  # bytes, of one folder or file


@dataclass(frozen=True)
class ArchiveLimits:
    """What an archive may hold.

    Attributes:
        files: number of files.
        file_bytes: of one unpacked file.
        total_bytes: of all unpacked files.
        pixels: of one picture.
        reserve_bytes: that stay free on the disk.
    """

    files: int = 20_000
    file_bytes: int = 2 * 10**9
    total_bytes: int = 20 * 10**9
    pixels: int = 100_000_000
    reserve_bytes: int = 500_000_000


LIMITS = ArchiveLimits()


def add_archive(
    archive: IO[bytes], name: str, progress: Progress = silent, limits: ArchiveLimits = LIMITS
) -> Path:
    """Unpack a zip archive as a data set into $FLOODEVAL_DATA, or data/.

    A single folder at the top of the archive is left out.

    Args:
        archive: the zip file, open for reading; it has to be seekable.
        name: of the data set; no data set may have it yet.
        progress: called with how many files are unpacked, and of how many.
        limits: what the archive may hold.

    Returns:
        The data set's folder.

    Raises:
        FloodevalError: the archive is broken, holds something that is not allowed, or is no data set.
    """
    place = dataset_places()[0]
    folder = place / check_name("dataset", name)
    with hold(folder, f"data set {name}"):
        if folder.exists() or folder.is_symlink():
            raise FloodevalError(saying("archives.exists", name=name, folder=folder))
        try:
            unpacked = Path(tempfile.mkdtemp(prefix=f".{name[:40]}.", suffix=".partial", dir=place))
        except OSError as error:
            raise unwritable(place, error) from error
        try:
            content = unpacked / name
            content.mkdir()
            _unpack(archive, content, progress, limits)
            check_pixels(content, limits.pixels)
            list_dataset(content)  # refuses what is no data set
            content.rename(folder)
        except OSError as error:
            raise unwritable(folder, error) from error
        finally:
            shutil.rmtree(unpacked, ignore_errors=True)
    return folder.absolute()


def check_pixels(folder: Path, most: int) -> None:
    """Refuse a folder with a picture of too many pixels; what is no picture is left to the audit."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in PICTURES:
            with suppress(FloodevalError):
                header = read_header(path)
                n = header.width * header.height
                if n > most:
                    break
    else:
        return
    shown = printable(str(path.relative_to(folder)))
    size = formats.picture_size(header.width, header.height)
    raise FloodevalError(saying("archives.pixels", file=shown, size=size, most=most))


def _unpack(archive: IO[bytes], folder: Path, progress: Progress, limits: ArchiveLimits) -> None:
    try:
        with ZipFile(archive) as opened:
            entries = _checked(opened.infolist(), limits)
            left = min(limits.total_bytes, shutil.disk_usage(folder).free - limits.reserve_bytes)
            if sum(info.file_size for info in entries.values()) > left:
                raise FloodevalError(saying("archives.too_large", most=formats.size(max(left, 0))))
            for done, (place, info) in enumerate(entries.items(), start=1):
                with opened.open(info) as source:
                    left -= _copied(source, folder / place, min(left, limits.file_bytes), place)
                progress(Step(done, len(entries), "unpacking", "files"))
    except (
        BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        UnicodeError,
        RuntimeError,
        ValueError,
    ) as error:
        raise FloodevalError(saying("archives.broken", why=printable(str(error)))) from error


def _copied(source: IO[bytes], path: Path, most: int, place: PurePosixPath) -> int:
    """Copy at most so many bytes, whatever size the entry states; returns how many there were."""
    path.parent.mkdir(parents=True, exist_ok=True)
    n = 0
    with path.open("xb") as target:
        while chunk := source.read(_CHUNK):
            n += len(chunk)
            if n > most:
                raise FloodevalError(
                    saying("archives.file_too_large", file=printable(str(place)), most=formats.size(most))
                )
            target.write(chunk)
    return n


def _checked(infos: Iterable[ZipInfo], limits: ArchiveLimits) -> dict[PurePosixPath, ZipInfo]:
    """The files of an archive by their places in the data set's folder."""
    entries: dict[PurePosixPath, ZipInfo] = {}
    seen: set[str] = set()
    for info in infos:
        name = _name(info)
        _refuse_kind(info, name)
        if info.is_dir() or _IGNORED.search(name):
            continue
        if len(entries) >= limits.files:
            raise FloodevalError(saying("archives.too_many", most=limits.files))
        if info.file_size > limits.file_bytes:
            most = formats.size(limits.file_bytes)
            raise FloodevalError(saying("archives.file_too_large", file=printable(name), most=most))
        folded = name.casefold()
        if folded in seen:
            raise FloodevalError(saying("archives.twice", file=printable(name)))
        seen.add(folded)
        entries[PurePosixPath(name)] = info
    if not entries:
        raise FloodevalError(saying("archives.empty"))
    return _without_top(entries)


def _name(info: ZipInfo) -> str:
    """An entry's name; where it does not state its encoding it is UTF-8 if possible, as most write it."""
    name = info.orig_filename.replace("\\", "/")
    if not info.flag_bits & _UTF8:
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name)


def _refuse_kind(info: ZipInfo, name: str) -> None:
    """Refuse an entry that leads out of the folder, is no plain file or folder, or is encrypted."""
    parts = name.removesuffix("/").split("/")
    leads_out = name.startswith("/") or re.match(r"[A-Za-z]:", name) or not {"", ".", ".."}.isdisjoint(parts)
    is_odd = any(not letter.isprintable() for letter in name)
    is_long = any(len(part.encode("utf-8", "replace")) > _LONGEST_NAME for part in parts)
    if leads_out or is_odd or is_long:
        raise FloodevalError(saying("archives.leads_out", file=printable(name[:200])))
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise FloodevalError(saying("archives.no_file", file=printable(name)))
    if info.flag_bits & _ENCRYPTED:
        raise FloodevalError(saying("archives.encrypted", file=printable(name)))


def _without_top(entries: dict[PurePosixPath, ZipInfo]) -> dict[PurePosixPath, ZipInfo]:
    """The entries without the one folder that all of them are in, if there is one with folders or a table."""
    tops = {place.parts[0] for place in entries}
    if len(tops) > 1 or any(len(place.parts) == 1 for place in entries):
        return entries
    return {PurePosixPath(*place.parts[1:]): info for place, info in entries.items()}
