"""One open study and what of it is at hand: verified parts, parsed headers, decoded frames.

Order of rules: a part is verified before it is held, and a header agrees with the manifest before
its pixels are decoded. All three stores are bounded.
"""

from dataclasses import dataclass

from diascope import (
    decode,
    functional_groups,
    instance,
    integrity,
    manifest,
    mixing,
    overlay,
    padding,
    pipeline,
    stack,
    stacking,
    states,
    tiles,
)
from diascope.budget import Budget
from diascope.errors import CommandError, ManifestError
from diascope.manifest import InstanceEntry, StudyManifest
from diascope.mixing import Averager, Grid
from diascope.painted import Frame
from diascope.stack import Slot, Stack
from diascope.states import States
from diascope.values import Instance, StoredBytes, VerifiedBytes

MIB = 1 << 20
PART_BYTES = 448 * MIB  # the page stops prefetching earlier
FRAME_BYTES = 192 * MIB
HEADER_BYTES = 16 * MIB  # of parsed headers: more than one large series has
PartKey = tuple[int, int, int]  # series, instance, part


@dataclass(frozen=True, slots=True)
class OpenStudy:
    """A study by its manifest, and the digests that a record of it names."""

    manifest: StudyManifest
    stacks: tuple[Stack, ...]
    manifest_sha256: str
    bundle: str

    def stack(self, index: int) -> Stack:
        """Return a stack of the study.

        Raises:
            CommandError: `stack`, the study has none of this number.
        """
        if not 0 <= index < len(self.stacks):
            raise CommandError("stack")
        return self.stacks[index]

    def is_one_series(self, one: int, other: int) -> bool:
        """Tell whether two stacks show images of the same series."""
        return self.stack(one).series == self.stack(other).series

    def is_alike(self, one: int, other: int) -> bool:
        """Tell whether two stacks show the same plane in the same size, so that a zoom fits."""
        return self._shape(self.stack(one).at(0)) == self._shape(self.stack(other).at(0))

    def _shape(self, slot: Slot) -> tuple[object, ...]:
        """Return size and orientation of a slot's frame. Standard: PS3.3 C.7.6.16.2.4."""
        entry = self.entry(slot)
        own = (entry.per_frame or {}).get("orientation", ())
        said = own[slot.frame].split("\\") if own and own[slot.frame] else entry.orientation or ()
        return entry.rows, entry.columns, tuple(said)

    def entry(self, slot: Slot) -> InstanceEntry:
        """Return the manifest's entry of a slot's instance."""
        return self.manifest.series[slot.series].instances[slot.instance]


def open_study(data: bytes, manifest_sha256: str, bundle: str) -> OpenStudy:
    """Open a study by the canonical manifest whose signature the page has verified.

    Raises:
        ManifestError: `digest`, these are not the bytes that the page verified; or their form.
    """
    if manifest.digest(data) != manifest_sha256:
        raise ManifestError("digest")
    listed = manifest.parse(data)
    return OpenStudy(listed, stacking.stacks(listed), manifest_sha256, bundle)


class Holding:
    """The parts and frames of one study, within budgets in bytes."""

    def __init__(self, study: OpenStudy, part_bytes: int, frame_bytes: int) -> None:
        self.study = study
        self._parts: Budget[PartKey, VerifiedBytes] = Budget(part_bytes)
        self._headers: Budget[tuple[int, int], Instance] = Budget(HEADER_BYTES)
        self._frames: Budget[Slot, Frame] = Budget(frame_bytes)
        self.states = States(study.manifest)
        self._states = frozenset(states.keys(study.manifest))
        self._means: Budget[tuple[Slot, int, int], Grid] = Budget(frame_bytes // 4)

    def needs(self, slot: Slot) -> list[PartKey]:
        """Return the parts of a slot that are not held; those that are leave last."""
        return [key for key in self._keys(slot) if self._parts.get(key) is None]

    def put_part(self, key: PartKey, data: bytes) -> int:
        """Verify and hold one part; return the bytes held.

        Raises:
            CommandError: `part`, the manifest has no such part.
            IntegrityError: its size or SHA-256 is not that of the manifest.
            LimitExceeded: `memory`, it is larger than the budget.
        """
        series, number, part = key
        try:
            entry = self.study.manifest.series[series].instances[number].parts[part]
        except IndexError:
            raise CommandError("part") from None
        verified = integrity.verify(StoredBytes(data), entry)
        if key in self._states:
            self._hold_state(key, verified)
        else:
            self._parts.put(key, verified, len(data))
        return self._parts.held_bytes

    def _hold_state(self, key: PartKey, verified: VerifiedBytes) -> None:
        """Read a presentation state; its bytes are not needed again."""
        listed = self.study.manifest.series[key[0]]
        sop = listed.instances[key[1]].sop
        self.states.add(states.listed(verified, listed.series, sop))

    def frame(self, slot: Slot) -> Frame:
        """Return a decoded frame, from memory or from its parts.

        Raises:
            CommandError: `missing`, a part is not held.
            DiascopeError: the image cannot be shown.
        """
        found = self._frames.get(slot)
        if found is None:
            held = [self._parts.get(key) for key in self._keys(slot)]
            verified = [part for part in held if part is not None]
            if len(verified) < len(held):
                raise CommandError("missing")
            found = self._decoded(slot, verified)
            self._frames.put(slot, found, _size(found))
        return found

    def means(self, frame: Frame) -> Averager:
        """Return box means that remember what they computed for this frame."""

        def averaged(grid: Grid, row_box: int, column_box: int) -> Grid:
            key = (frame.slot, row_box, column_box)
            found = self._means.get(key)
            if found is None:
                found = mixing.box_means(grid, row_box, column_box)
                self._means.put(key, found, found.values.nbytes)
            return found

        return averaged

    def _keys(self, slot: Slot) -> list[PartKey]:
        parts = stack.parts_of(self.study.entry(slot), slot.frame)
        return [(slot.series, slot.instance, part) for part in parts]

    def _decoded(self, slot: Slot, verified: list[VerifiedBytes]) -> Frame:
        image = functional_groups.of_frame(self._image(slot, verified[0]), slot.frame)
        image = tiles.of_frame(image, slot.frame)
        encoded = pipeline.encoded_frame(image, verified, slot.frame)
        decoded = decode.decode_frame(encoded, pipeline.described(image))
        samples = pipeline.shown_samples(image, decoded)
        digests = tuple(part.sha256 for part in verified)
        shown = pipeline.with_history(image, decoded)
        overlays = overlay.of_frame(image.overlays, encoded, pipeline.described(image))
        hidden = padding.hidden(decoded.values, image)
        plane = pipeline.plane(image)
        return Frame(slot, shown, decoded.values, samples, plane, digests, overlays, hidden)

    def _image(self, slot: Slot, header: VerifiedBytes) -> Instance:
        """Return the parsed header, once it is the instance that the manifest names.

        Raises:
            ManifestError: `instance`, it is another.
        """
        key = (slot.series, slot.instance)
        found = self._headers.get(key)
        if found is None:
            found = instance.parse(header)
            listed = self.study.manifest.series[slot.series].series, self.study.entry(slot).sop
            if (found.series, found.sop) != listed:
                raise ManifestError("instance")
            self._headers.put(key, found, min(len(header.data), HEADER_BYTES))
        return found


def _size(frame: Frame) -> int:
    """Return the bytes of a frame's arrays, shared ones once."""
    points = (each.points for each in frame.overlays)
    hidden = () if frame.hidden is None else (frame.hidden,)
    arrays = {id(each): each for each in (frame.samples, frame.values.array, *points, *hidden)}
    return sum(array.nbytes for array in arrays.values())
