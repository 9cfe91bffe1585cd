"""The frozen types that travel down the pixel path, in the order in which they are made.

    StoredBytes -> VerifiedBytes -> Instance -> EncodedFrame -> StoredValues
      -> ModalityValues -> VoiValues -> PValues -> Rgba          (grayscale, PS3.4 N.2)
      -> ColorValues -> Rgba                                     (colour, PS3.3 C.7.6.3.1.2)

Arrays are `(rows, columns[, samples])` and read-only. Grey values after the Modality LUT are exact
fractions: an int64 array of numerators over one positive denominator, so that no two machines can
differ and the single rounding happens in `display`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import NewType, TypeAlias

import numpy as np
from numpy.typing import NDArray

from diascope.sequences import Sequence
from diascope.texts import Decoder

StoredBytes = NewType("StoredBytes", bytes)
Integers = NDArray[np.int64]
Padding: TypeAlias = tuple[int, int] | tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class VerifiedBytes:
    """Bytes whose size and SHA-256 equal a manifest entry. Only `integrity` makes one."""

    data: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class PixelDescription:
    """Image Pixel Description Macro. Standard: PS3.3 C.7.6.3.

    `covered` are the (rows, columns) of one frame that lie in the Total Pixel Matrix, the only
    other size that its codestream may have; None is all of it. Standard: PS3.3 C.7.6.17.3.
    """

    rows: int
    columns: int
    samples_per_pixel: int
    photometric: str
    bits_allocated: int
    bits_stored: int
    high_bit: int
    is_signed: bool
    is_planar: bool
    frames: int
    transfer_syntax: str
    kind: str = "integer"  # or "float", "double": PS3.3 C.7.6.24 and C.7.6.25
    covered: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Tiling:
    """The Total Pixel Matrix that the frames are tiles of, in pixels.

    `first` frames precede those of this file in the order of TILED_FULL; it is None where each
    frame states its own position. Standard: PS3.3 C.8.12.4 and C.7.6.17.3.
    """

    rows: int
    columns: int
    first: int | None


@dataclass(frozen=True, slots=True)
class Window:
    """Window Center and Width as the decimal strings of the file. Standard: PS3.3 C.11.2.1.2."""

    center: str
    width: str
    function: str = "LINEAR"
    explanation: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class LookupTable:
    """A Modality, VOI or palette table: `entries` of `bits` each. Standard: PS3.3 C.11.1.1.1."""

    first_mapped: int
    bits: int
    entries: Integers
    explanation: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class RealWorldMapping:
    """How stored values from `first` to `last` become quantities in a unit, exactly.

    Either `slope` and `intercept`, or one of `entries` for each stored value. `units` is a code
    and its scheme, e.g. ("mm2/s", "UCUM"). Standard: PS3.3 C.7.6.16.2.11.
    """

    first: Fraction
    last: Fraction
    slope: Fraction | None
    intercept: Fraction
    entries: NDArray[np.float64]
    units: tuple[str, str]
    unit_meaning: str = ""
    label: str = ""
    explanation: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class FunctionalGroups:
    """What a multi-frame image says of all its frames, and of each: read frame by frame.

    `shared` has at most one item, `per_frame` one a frame or none. Standard: PS3.3 C.7.6.16.
    """

    shared: Sequence
    per_frame: Sequence
    decode: Decoder


@dataclass(frozen=True, slots=True)
class LossyHistory:
    """Lossy Image Compression, its ratio and method as text. Standard: PS3.3 C.7.6.1.1.5."""

    ratio: str
    method: str


@dataclass(frozen=True, slots=True)
class UltrasoundRegion:
    """One region of an ultrasound image: its first and last columns and rows, from 0, inclusive.

    `spacing` is (row, column) in mm, None of a region whose axes are not both lengths in a plane.
    Standard: PS3.3 C.8.5.5.
    """

    left: int
    top: int
    right: int
    bottom: int
    spacing: tuple[Fraction, Fraction] | None


@dataclass(frozen=True, slots=True)
class SpacingBasis:
    """What qualifies a pixel spacing, "" and None where the file does not say.

    `imager` is Imager Pixel Spacing, (row, column) at the detector; `regions` is None where the
    file has ultrasound regions that cannot be used. Standard: PS3.3 10.7.1.1, C.8.7.2, C.8.5.5.
    """

    calibration_type: str = ""
    imager: tuple[str, str] | None = None
    magnification: str = ""
    regions: tuple[UltrasoundRegion, ...] | None = ()


@dataclass(frozen=True, slots=True)
class PatientGeometry:
    """Where the image lies, as decimal strings; `None` where the file does not say.

    `orientation` is Image Orientation (Patient), six values; `patient_orientation` is Patient
    Orientation, row then column letters; `spacing` is (row, column) in mm from
    `spacing_source`; `anatomical_type` is Anatomical Orientation Type, "" or BIPED of humans.
    Standard: PS3.3 C.7.6.2.1.1, C.7.6.1.1.1, 10.7.1.3, C.7.3.1.
    """

    position: tuple[str, str, str] | None
    orientation: tuple[str, str, str, str, str, str] | None
    patient_orientation: tuple[str, str] | None
    spacing: tuple[str, str] | None
    spacing_source: str
    aspect_ratio: tuple[int, int]
    frame_of_reference: str
    anatomical_type: str = ""
    basis: SpacingBasis = SpacingBasis()


@dataclass(frozen=True, slots=True, eq=False)
class OverlayPlane:
    """One group 60xx as the file has it. Standard: PS3.3 C.9.2 and C.9.3.

    `origin` is (row, column) of its first point in the image, from 1, and may lie outside it.
    `data` is packed, the first point in the lowest bit; it is empty where the overlay stands in
    bit `position` of the stored pixels instead. `frames` overlay frames belong to the image's
    frames from `first_frame` (from 1) on; an overlay without frames, 0, belongs to all. `layer`
    and `grey` (a P-Value of 16 bits) are those of a presentation state.
    """

    group: int
    rows: int
    columns: int
    origin: tuple[int, int]
    data: bytes
    position: int = 0
    frames: int = 0
    first_frame: int = 1
    label: str = ""
    grey: int = 65_535


@dataclass(frozen=True, slots=True, eq=False)
class OverlayBits:
    """An overlay as it stands on one frame: (rows, columns) of bool. Standard: PS3.3 C.9.2."""

    points: NDArray[np.bool_]
    origin: tuple[int, int]
    grey: int
    group: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Shutter:
    """What leaves parts of an image visible; all that are given count together.

    `rectangle` holds the left, right, upper and lower edge, `circle` the centre's row and column
    and the radius, `polygon` (row, column) vertices, in pixels from 1. `bitmap` occludes where
    its points are set. `grey` is the P-Value of 16 bits that is shown instead.
    Standard: PS3.3 C.7.6.11 and C.7.6.15.
    """

    rectangle: tuple[int, int, int, int] | None
    circle: tuple[int, int, int] | None
    polygon: tuple[tuple[int, int], ...]
    bitmap: OverlayBits | None = None
    grey: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """One SOP Instance as the engine needs it; only `instance` reads it from a dataset.

    `texts` holds display strings by DICOM keyword ("" when absent); `notices` are sentences that
    the viewport must show, e.g. that a window attribute could not be used. `groups` are applied
    by `functional_groups.of_frame`; with `lacks_rescale` there are some, and none says what a
    stored value means. `padding` is the closed range of stored values that are no image.
    `stack_keys` are those of `stack_keys`, by which a series is split into stacks. `tiling` is
    applied by `tiles.of_frame`.
    With `is_stated` the transformations are those of a presentation state, and `shown_aspect` is
    how tall and wide it shows a pixel.
    """

    study: str
    series: str
    sop: str
    sop_class: str
    modality: str
    pixels: PixelDescription | None
    rescale_slope: str
    rescale_intercept: str
    modality_lut: LookupTable | None
    windows: tuple[Window, ...]
    voi_luts: tuple[LookupTable, ...]
    presentation_lut_shape: str
    palette: tuple[LookupTable, LookupTable, LookupTable] | None
    lossy: LossyHistory | None
    geometry: PatientGeometry
    texts: Mapping[str, str]
    notices: tuple[str, ...]
    overlays: tuple[OverlayPlane, ...] = ()
    shutter: Shutter | None = None
    padding: Padding | None = None
    icc_profile: str = ""
    stack_keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    groups: FunctionalGroups | None = None
    lacks_rescale: bool = False
    real_world: tuple[RealWorldMapping, ...] = ()
    presentation_lut: LookupTable | None = None
    tiling: Tiling | None = None
    shown_aspect: tuple[str, str] | None = None
    is_stated: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class EncodedFrame:
    """One frame's bytes as they stand in Pixel Data, item tags removed. Standard: PS3.5 A.4."""

    data: bytes
    index: int


@dataclass(frozen=True, slots=True, eq=False)
class StoredValues:
    """Stored pixel values, sign extended, unused bits cleared, (rows, columns) or (…, 3).

    Floating-point values are float32 or float64 arrays. `covered` is the (rows, columns) that an
    edge tile has at the top left of a frame; what lies outside is 0 and no image. None is all of
    it. Standard: PS3.5 8.1.1; PS3.3 C.7.6.24 and C.7.6.25; C.7.6.17.3.
    """

    array: NDArray[np.generic]
    bits: int
    is_signed: bool
    covered: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class DecodedFrame:
    """A decoded frame and the photometric interpretation of its samples as they now stand.

    A codec that undoes its own colour transform changes it: YBR_ICT and YBR_RCT become RGB.
    `lossy` is the Lossy Image Compression Method of a codestream that is not reversible, "" of
    the others. Standard: PS3.3 C.7.6.3.1.2 and C.7.6.1.1.5, PS3.5 8.2.
    """

    values: StoredValues
    photometric: str
    lossy: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class ModalityValues:
    """Output of the Modality LUT: numerators / denominator. Standard: PS3.3 C.11.1."""

    numerators: Integers
    denominator: int


@dataclass(frozen=True, slots=True, eq=False)
class VoiValues:
    """Output of the VOI LUT as fractions of full scale, 0 to 1. Standard: PS3.3 C.11.2."""

    numerators: Integers
    denominator: int


@dataclass(frozen=True, slots=True, eq=False)
class PValues:
    """Presentation values as fractions, 0 darkest, 1 brightest. Standard: PS3.3 C.11.6, PS3.14."""

    numerators: Integers
    denominator: int


@dataclass(frozen=True, slots=True, eq=False)
class ColorValues:
    """8-bit RGB, (rows, columns, 3). Standard: PS3.3 C.7.6.3.1.2."""

    array: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Rgba:
    """What the canvas gets: (height, width, 4), alpha 255, device pixels."""

    array: NDArray[np.uint8]
