"""The signed list of a study's instances and parts: what the browser may show.

The engine holds no crypto library: the caller brings `verify`. Order of rules: bytes are
canonical, the signature holds, every field has its shape, and only then an entry exists.
Standard: RFC 8785; the form is section 3 of the wire formats.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from diascope.audit import canonical
from diascope.audit.schema import Shape
from diascope.errors import AuditError, ManifestError
from diascope.limits import MAX_MANIFEST_BYTES
from diascope.manifest_shape import STUDY, VERSION

DOMAIN = "diascope-manifest-v1"
STATEMENT_VERSION = 1  # of what is signed, which is the same for every form of the manifest
VECTORS = ("position", "orientation", "spacing")


@dataclass(frozen=True, slots=True)
class PartEntry:
    """One sealed part: the size and SHA-256 of its plaintext, the name of its ciphertext."""

    kind: str
    index: int
    size: int
    sha256: str
    object: str
    sealed_size: int


@dataclass(frozen=True, slots=True)
class InstanceEntry:
    """One SOP Instance; `whole` is the reason why it has one part, else None.

    `keys` are those of `stack_keys`; `per_frame` holds, by name, what differs from frame to frame,
    one value each, vectors joined by a backslash. Both are None where nobody has looked: in form 1
    of the manifest, and `per_frame` in an instance without functional groups.
    """

    sop: str
    sop_class: str
    transfer_syntax: str
    number: str
    frames: int
    rows: int
    columns: int
    size: int
    sha256: str
    whole: str | None
    position: tuple[str, ...] | None
    orientation: tuple[str, ...] | None
    frame_of_reference: str
    parts: tuple[PartEntry, ...]
    spacing: tuple[str, ...] | None = None
    keys: Mapping[str, str] | None = None
    per_frame: Mapping[str, tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class SeriesEntry:
    """One series and its instances, in Instance Number order."""

    series: str
    modality: str
    number: str
    description: str
    body_part: str
    instances: tuple[InstanceEntry, ...]


@dataclass(frozen=True, slots=True)
class StudyManifest:
    """One version of one study; `previous` is the digest of the version before."""

    installation: str
    tenant: str
    study: str
    handle: str
    version: int
    previous: str | None
    created_ms: int
    dek_id: str
    dek_commit: str
    attributes: Mapping[str, str]
    series: tuple[SeriesEntry, ...]


def parse(
    canonical_bytes: bytes,
    *,
    signature: bytes | None = None,
    verify: Callable[[bytes, bytes], None] | None = None,
) -> StudyManifest:
    """Return the manifest these canonical bytes say; `verify(signature, signed)` may refuse.

    Raises:
        ManifestError: `size`, `canonical`, `shape`, `parts`, `frames`, `duplicate`, `order` or
            `signature`.
        SignatureError: from `verify`.

    Standard: RFC 8785 3.
    """
    if verify is not None:
        if signature is None:
            raise ManifestError("signature", "there is none")
        verify(signature, signed_bytes(canonical_bytes))
    if len(canonical_bytes) > MAX_MANIFEST_BYTES:
        raise ManifestError("size", f"{len(canonical_bytes)} > {MAX_MANIFEST_BYTES}")
    try:
        value = canonical.parse(canonical_bytes, MAX_MANIFEST_BYTES)
    except AuditError as error:
        raise ManifestError("canonical", error.reason) from None
    made = _checked(value)
    if arrange(made) != made:
        raise ManifestError("order", "series and instances stand in the order of their numbers")
    return made


def to_bytes(manifest: StudyManifest) -> bytes:
    """Return the canonical bytes; series and instances are put in their order.

    Raises:
        ManifestError: a field that `parse` would refuse.

    Standard: RFC 8785 3.2.
    """
    value = {"v": VERSION, **_plain(arrange(manifest))}
    _checked(value)
    try:
        return canonical.to_bytes(value, MAX_MANIFEST_BYTES)
    except AuditError as error:
        raise ManifestError("canonical", error.reason) from None


def digest(canonical_bytes: bytes) -> str:
    """Return the manifest digest, hex SHA-256. Standard: FIPS 180-4."""
    return hashlib.sha256(canonical_bytes).hexdigest()


def signed_bytes(canonical_bytes: bytes) -> bytes:
    """Return what the manifest key signs: the domain, a line feed, a statement of the digest.

    The digest and not the manifest itself, because a browser must verify it whatever its length.
    """
    statement = canonical.to_bytes({"sha256": digest(canonical_bytes), "v": STATEMENT_VERSION})
    return DOMAIN.encode() + b"\n" + statement


def arrange(manifest: StudyManifest) -> StudyManifest:
    """Put series and instances in order: by number, those without last, then by UID."""
    ordered = [
        replace(series, instances=tuple(sorted(series.instances, key=instance_order)))
        for series in manifest.series
    ]
    return replace(manifest, series=tuple(sorted(ordered, key=_series_order)))


def _number(text: str) -> tuple[bool, int]:
    """Order an Integer String by value; what is not a number comes last. PS3.5 6.2, IS."""
    try:
        return False, int(text)
    except ValueError:
        return True, 0


def instance_order(entry: InstanceEntry) -> tuple[tuple[bool, int], str]:
    """Sort instances by Instance Number, those without last, then by SOP Instance UID."""
    return _number(entry.number), entry.sop


def _series_order(entry: SeriesEntry) -> tuple[tuple[bool, int], str]:
    return _number(entry.number), entry.series


def _plain(value: Any) -> Any:
    """Turn entries into JSON's own types."""
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    return value


def _checked(value: Any) -> StudyManifest:
    """Return the manifest of a JSON value after every rule that is not about bytes."""
    try:
        _shape(value)(value, "manifest")
    except AuditError as error:
        raise ManifestError("shape", error.detail) from None
    made = _study(value)
    for series in made.series:
        for entry in series.instances:
            _check_parts(entry)
            _check_columns(entry)
    sops = [entry.sop for series in made.series for entry in series.instances]
    uids = [series.series for series in made.series]
    if len(set(sops)) != len(sops) or len(set(uids)) != len(uids):
        raise ManifestError("duplicate", "a series or instance stands twice")
    return made


def _shape(value: Any) -> Shape:
    """Return the shape of the version that a value says it has, else of the one we write."""
    version = value.get("v") if isinstance(value, dict) else None
    return STUDY[version if type(version) is int and version in STUDY else VERSION]


def _check_columns(entry: InstanceEntry) -> None:
    """Refuse columns that do not have one value a frame."""
    columns = (entry.per_frame or {}).values()
    if any(len(column) != entry.frames for column in columns):
        raise ManifestError("frames", "not one value a frame")


def _check_parts(entry: InstanceEntry) -> None:
    """Refuse parts that are not exactly one file: section 2 of the wire formats."""
    found = [(part.kind, part.index) for part in entry.parts]
    frames = [("frame", index) for index in range(entry.frames)]
    split = [("header", 0), *frames]
    allowed = [split, [*split, ("trailer", 0)]] if entry.whole is None else [[("whole", 0)]]
    if found not in allowed or entry.size != sum(part.size for part in entry.parts):
        raise ManifestError("parts", "the parts are not one file")


def _study(value: dict[str, Any]) -> StudyManifest:
    fields = {key: value[key] for key in value if key not in {"v", "attributes", "series"}}
    attributes = MappingProxyType(dict(value["attributes"]))
    series = tuple(_series(each) for each in value["series"])
    return StudyManifest(attributes=attributes, series=series, **fields)


def _series(value: dict[str, Any]) -> SeriesEntry:
    return SeriesEntry(**{**value, "instances": tuple(map(_instance, value["instances"]))})


def _instance(value: dict[str, Any]) -> InstanceEntry:
    vectors = {key: value.get(key) and tuple(value[key]) for key in VECTORS}
    parts = tuple(PartEntry(**part) for part in value["parts"])
    keys, columns = value.get("keys"), value.get("per_frame")
    mappings = {
        "keys": None if keys is None else MappingProxyType(dict(keys)),
        "per_frame": None if columns is None else MappingProxyType(_columns(columns)),
    }
    return InstanceEntry(**{**value, **vectors, **mappings, "parts": parts})


def _columns(value: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(column) for name, column in value.items()}
