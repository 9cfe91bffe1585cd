"""The reader at work: which image each viewport shows, and how.

State changes only here and in `holding`; presentations are frozen and changed by pure functions.
After any refusal or fault a viewport shows nothing, as the page takes its canvas away, so nothing
can be settled from it until an image is shown again. Only parts that are missing change nothing.
"""

from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from diascope import changes, gestures, marks, painted, pipeline, sampling, stated, viewport
from diascope.audit import beacon
from diascope.display import Pixels
from diascope.errors import CommandError
from diascope.holding import FRAME_BYTES, PART_BYTES, Holding, OpenStudy, PartKey, open_study
from diascope.painted import Frame, Painted, Presentation, Screen
from diascope.stack import Slot
from diascope.viewport import View


class Reader:
    """Answers the page's commands; the budgets are bytes of memory."""

    def __init__(self, part_bytes: int = PART_BYTES, frame_bytes: int = FRAME_BYTES) -> None:
        self._budgets = (part_bytes, frame_bytes)
        self._screens: dict[str, Screen] = {}
        self.close()

    def close(self) -> None:
        """Forget everything about the patient; viewports keep their sizes."""
        self._holding: Holding | None = None
        self._shown: dict[str, Presentation] = {}
        self._blank: set[str] = set()
        self._sampled: dict[str, tuple[Hashable, sampling.Sampled]] = {}
        self._stated: tuple[Hashable, Frame] | None = None
        self._marked: dict[str, tuple[Hashable, marks.Levels | None]] = {}

    def open(self, data: bytes, manifest_sha256: str, bundle: str) -> OpenStudy:
        """Open a study by its manifest and close the one before.

        Raises:
            ManifestError: see `holding.open_study`; the study before is closed all the same.
        """
        self.close()
        study = open_study(data, manifest_sha256, bundle)
        self._holding = Holding(study, *self._budgets)
        return study

    @property
    def holding(self) -> Holding:
        """The open study and what is at hand of it.

        Raises:
            CommandError: `no_study`.
        """
        if self._holding is None:
            raise CommandError("no_study")
        return self._holding

    def needs(self, stack: int, position: int) -> list[PartKey]:
        """Return the parts that an image still lacks."""
        return self.holding.needs(self._slot(stack, position))

    def lay_out(self, screen: Screen) -> None:
        """Give a viewport its size; what it shows is drawn at that size by the next command."""
        viewport.check_size(screen.width, screen.height)
        self._screens[screen.id] = screen

    def show(self, name: str, stack: int, position: int, generation: int) -> Painted:
        """Show an image; window and inversion stay within a series, zoom in stacks alike.

        Raises:
            CommandError: `missing`, parts are not held; what was shown stays.
            DiascopeError: it cannot be shown, and the viewport then shows nothing.
        """
        with self._failing_closed(name):
            screen = self._screen(name)
            if self.needs(stack, position):
                raise CommandError("missing")
            before, study = self._shown.get(name), self.holding.study
            if before is None or not study.is_one_series(before.stack, stack):
                frame = self.holding.frame(self._slot(stack, position))
                shown = changes.opened(frame, stack, position, screen)
            else:
                frame = self._frame(stack, position, before.state, is_optional=True)
                is_alike = study.is_alike(before.stack, stack), self._is_alike(before, frame)
                shown = changes.scrolled(before, frame, stack, position, is_alike=is_alike)
            return self._paint(screen, shown, frame, generation)

    def change(self, name: str, change: Mapping[str, Any], generation: int) -> Painted:
        """Set one thing by its name: window, preset, mode, zoom_e6, a state, reset and others."""
        with self._failing_closed(name):
            shown, frame = self._showing(name)
            if [*change] == ["presentation_state"]:
                return self._choose(name, shown, change["presentation_state"], generation)
            changed = changes.changed(shown, frame, change)
            return self._paint(self._screen(name), changed, frame, generation)

    def _choose(self, name: str, shown: Presentation, state: Any, generation: int) -> Painted:
        """Show the image as a presentation state says, whole; "" is the image without one."""
        if not isinstance(state, str):
            raise CommandError("change")
        frame = self._frame(shown.stack, shown.position, state)
        screen = self._screen(name)
        opened = changes.opened(frame, shown.stack, shown.position, screen)
        return self._paint(screen, opened, frame, generation)

    def gesture(
        self, name: str, kind: str, by: tuple[int, int], at: tuple[int, int], generation: int
    ) -> Painted:
        """Follow a movement of the hand: window, pan or zoom, in device pixels."""
        with self._failing_closed(name):
            shown, frame = self._showing(name)
            if kind == "window":
                moved = changes.dragged(shown, frame, by)
            else:
                view = gestures.move(kind, shown.view, frame.plane, by, at)
                moved = replace(shown, view=view)
            return self._paint(self._screen(name), moved, frame, generation)

    def settle(self, name: str, generation: int) -> Painted:
        """Draw what is shown once more and say exactly what it is, for the record.

        Raises:
            AuditError: `shape`, no record could hold it, so it is not shown.
        """
        with self._failing_closed(name):
            shown, frame = self._showing(name)
            screen, study = self._screen(name), self.holding.study
            done = self._paint(screen, shown, frame, generation)
            view = {
                "study": study.manifest.handle,
                "manifest": study.manifest_sha256,
                "bundle": study.bundle,
                **painted.view_body(
                    screen, self._shown[name], frame, generation, done.reply["graphics_sha256"]
                ),
            }
            beacon.check_body("view", {**view, "pixel_sha256": beacon.NO_PIXELS})
            return Painted({**done.reply, "view": view}, done.pixels)

    def thumbnail(self, canvas: str, stack: int, width: int, height: int) -> Painted:
        """Draw the middle image of a stack as it opens; nothing is remembered or recorded."""
        viewport.check_size(width, height)
        count = len(self.holding.study.stack(stack).slots)
        frame = self.holding.frame(self._slot(stack, count // 2))
        screen = Screen(canvas, width, height)
        shown = changes.opened(frame, stack, count // 2, screen)
        means = self.holding.means(frame)
        sampled = sampling.sample(frame.samples, shown.view, frame.plane, means, frame.hidden)
        levels = marks.of_view(frame.image.shutter, frame.overlays, shown.view, frame.plane)
        pixels = marks.painted(looked_up(sampled, shown, frame), levels)
        return Painted(painted.reply(screen, shown, frame, count, 0), pixels)

    @contextmanager
    def _failing_closed(self, name: str) -> Iterator[None]:
        """Let a viewport show nothing after any failure but a part that is missing."""
        try:
            yield
        except BaseException as error:
            if not (isinstance(error, CommandError) and error.reason == "missing"):
                self._blank.add(name)
            raise

    def _paint(
        self, screen: Screen, shown: Presentation, frame: Frame, generation: int
    ) -> Painted:
        view = viewport.sized(shown.view, frame.plane, screen.width, screen.height)
        shown = replace(shown, view=view)
        pixels = looked_up(self._sample(screen.id, view, frame), shown, frame)
        if shown.overlays:
            pixels = marks.painted(pixels, self._marks(screen.id, view, frame))
        self._shown[screen.id] = shown
        self._blank.discard(screen.id)
        count = len(self.holding.study.stack(shown.stack).slots)
        offered = self.holding.states.offered(frame.image.sop, frame.slot.frame + 1)
        reply = painted.reply(screen, shown, frame, count, generation, offered)
        return Painted(reply, pixels)

    def _frame(self, stack: int, position: int, state: str, *, is_optional: bool = False) -> Frame:
        """Return a frame as a state shows it; one not for it is no refusal when `is_optional`."""
        frame = self.holding.frame(self._slot(stack, position))
        if not state:
            return frame
        found = self.holding.states.chosen(state)
        if is_optional and not found.references.covers(frame.image.sop, frame.slot.frame + 1):
            return frame
        key = (frame.slot, state)
        if self._stated is None or self._stated[0] != key:
            self._stated = key, changes.stated_frame(frame, found)
        return self._stated[1]

    def _is_alike(self, before: Presentation, frame: Frame) -> bool:
        """Whether the state of a frame, if any, shows it as it shows the one before."""
        if frame.state is None:
            return True
        slot = self._slot(before.stack, before.position)
        one = self.holding.study.entry(slot).sop, slot.frame
        return stated.is_alike(frame.state, one, (frame.image.sop, frame.slot.frame))

    def _sample(self, name: str, view: View, frame: Frame) -> sampling.Sampled:
        """Sample, or take the sample of a moment ago: a window drag changes only the table."""
        key = (frame.slot, view, frame.plane)
        if name not in self._sampled or self._sampled[name][0] != key:
            means = self.holding.means(frame)
            sampled = sampling.sample(frame.samples, view, frame.plane, means, frame.hidden)
            self._sampled[name] = key, sampled
        return self._sampled[name][1]

    def _marks(self, name: str, view: View, frame: Frame) -> marks.Levels | None:
        """Lay out shutter and overlays, or take them as they lay a moment ago."""
        key = (frame.slot, view, frame.plane, frame.state and frame.state.sop)
        if name not in self._marked or self._marked[name][0] != key:
            levels = marks.of_view(frame.image.shutter, frame.overlays, view, frame.plane)
            self._marked[name] = key, levels
        return self._marked[name][1]

    def _showing(self, name: str) -> tuple[Presentation, Frame]:
        """Return what a viewport shows.

        Raises:
            CommandError: `nothing_shown`, also after a refusal.
        """
        shown = self._shown.get(name)
        if shown is None or name in self._blank:
            raise CommandError("nothing_shown")
        return shown, self._frame(shown.stack, shown.position, shown.state)

    def _screen(self, name: str) -> Screen:
        if name not in self._screens:
            raise CommandError("viewport")
        return self._screens[name]

    def _slot(self, stack: int, position: int) -> Slot:
        return self.holding.study.stack(stack).at(position)


def looked_up(sampled: sampling.Sampled, shown: Presentation, frame: Frame) -> Pixels:
    """Return the pixels of a view: the fast form of `pipeline.render_frame`'s last stages."""
    if shown.window is None:
        inside = pipeline.color_stage(sampled.array, invert=shown.invert)
    else:
        inside = pipeline.grey_pixels(
            frame.image, frame.values, sampled.array, shown.window, invert=shown.invert
        )
    return sampling.place(inside, sampled, shown.view)
