"""The presentation states of an open study: which there are, for which image, and those refused.

A state that cannot be applied is still listed, so that nobody takes it for absent; choosing it is
its refusal. What cannot even be assigned to images is listed for all. Standard: PS3.3 A.33.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from diascope import instance, part10, presentation_state, state_references
from diascope.corners import date, time
from diascope.errors import CommandError, DiascopeError, ManifestError, PresentationStateError
from diascope.manifest import StudyManifest
from diascope.part10 import Part10
from diascope.presentation_state import SOFTCOPY, Label, PresentationState
from diascope.state_references import References
from diascope.texts import readable_name, visible
from diascope.values import VerifiedBytes

UNREADABLE = "Presentation state that cannot be read"
MOST_STATES = 1_000  # our own: of one study; a reader chooses from far fewer
MOST_BYTES = 64 << 20  # our own: of all states of a study; they stay in memory while it is open


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """One state: what it is called and for, and itself or its refusal."""

    sop: str
    label: str
    references: References | None
    state: PresentationState | None
    refusal: DiascopeError | None


def keys(manifest: StudyManifest) -> list[tuple[int, int, int]]:
    """Return the parts (series, instance, part) that hold the states of a study, in its order.

    Standard: PS3.4 B.5: SOP classes of softcopy presentation states.
    """
    return [key for key, _, is_kept in _all(manifest) if is_kept]


def _all(manifest: StudyManifest) -> Iterator[tuple[tuple[int, int, int], str, bool]]:
    """Yield key and SOP Instance UID of each state, and whether there is room for it."""
    count = size = 0
    for series, listed in enumerate(manifest.series):
        for number, entry in enumerate(listed.instances):
            if entry.sop_class.startswith(SOFTCOPY):
                count, size = count + 1, size + entry.size
                is_kept = count <= MOST_STATES and size <= MOST_BYTES and len(entry.parts) == 1
                yield (series, number, 0), entry.sop, is_kept


def listed(whole: VerifiedBytes, series: str, sop: str) -> Listed:
    """Read a state for the list, once it is the instance that the manifest names.

    Raises:
        ManifestError: `instance`, it is another.

    Standard: PS3.3 C.11.10.
    """
    label, references = UNREADABLE, None
    try:
        outside = _outside(whole, series, sop)
        label = said(presentation_state.label(outside, instance.decoder(outside)))
        references = state_references.of_state(outside)
        return Listed(sop, label, references, presentation_state.parse(whole), None)
    except ManifestError:
        raise
    except DiascopeError as error:
        return Listed(sop, label, references, None, error)


def _outside(whole: VerifiedBytes, series: str, sop: str) -> Part10:
    outside = part10.read_header(whole.data)
    if (outside.series, outside.sop) != (series, sop):
        raise ManifestError("instance")
    return outside


def said(label: Label) -> str:
    """Say what a state is called, who made it and when. Standard: PS3.3 C.11.10."""
    day, _, moment = label.created.partition(" ")
    made = ", ".join(
        each
        for each in (readable_name(label.creator), f"{date(day)} {time(moment)}".strip())
        if each
    )
    named = ": ".join(each for each in (label.label, label.description) if each)
    return visible(f"{named or 'Presentation state'}{f' ({made})' if made else ''}")


class States:
    """The states that are at hand, by SOP Instance UID."""

    def __init__(self, manifest: StudyManifest) -> None:
        """List what there is no room for as refused; the others come by `add`."""
        too_much = PresentationStateError("too_many", "more states than are kept at once")
        known = list(_all(manifest))
        self._order = {sop: place for place, (_, sop, _) in enumerate(known)}
        self._listed = {
            sop: Listed(sop, UNREADABLE, None, None, too_much)
            for _, sop, is_kept in known
            if not is_kept
        }

    def add(self, entry: Listed) -> None:
        """Hold a state.

        Standard: PS3.3 C.11.11.
        """
        self._listed[entry.sop] = entry

    def offered(self, sop: str, frame: int) -> list[dict[str, str]]:
        """Return the states of one frame, from 1, in the study's order, whichever came first.

        Standard: PS3.3 C.11.11.
        """
        return [
            {"id": each.sop, "label": each.label}
            for each in sorted(self._listed.values(), key=lambda one: self._order[one.sop])
            if each.references is None or each.references.covers(sop, frame)
        ]

    def chosen(self, sop: str) -> PresentationState:
        """Return a state to apply.

        Raises:
            CommandError: `presentation_state`, none of this UID is at hand.
            DiascopeError: it was refused when it was read.

        Standard: PS3.3 C.11.11.
        """
        found = self._listed.get(sop)
        if found is None:
            raise CommandError("presentation_state")
        if found.refusal is not None or found.state is None:
            raise found.refusal or CommandError("presentation_state")
        return found.state
