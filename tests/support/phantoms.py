"""Small synthetic DICOM files: any transfer syntax, any bit depth, the same bytes every time.

Written from PS3.5 alone and independent of the engine, so that the two can disagree. Nothing here
is a patient.
"""

import zlib
from dataclasses import dataclass, field
from struct import pack

import imagecodecs
import numpy as np

IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
BIG = "1.2.840.10008.1.2.2"
ENCAPSULATED = "1.2.840.10008.1.2.1.98"
DEFLATED_FRAME = "1.2.840.10008.1.2.8.1"
JPEG_BASELINE = "1.2.840.10008.1.2.4.50"
JPEG_EXTENDED = "1.2.840.10008.1.2.4.51"
JPEG_SPECTRAL = "1.2.840.10008.1.2.4.53"
JPEG_PROGRESSIVE = "1.2.840.10008.1.2.4.55"
JPEG_LOSSLESS = "1.2.840.10008.1.2.4.57"
JPEG_LOSSLESS_SV1 = "1.2.840.10008.1.2.4.70"
JPEG_LS = "1.2.840.10008.1.2.4.80"
JPEG_LS_NEAR = "1.2.840.10008.1.2.4.81"
JPEG_2000_LOSSLESS = "1.2.840.10008.1.2.4.90"
JPEG_2000 = "1.2.840.10008.1.2.4.91"
HTJ2K_LOSSLESS = "1.2.840.10008.1.2.4.201"
HTJ2K_RPCL = "1.2.840.10008.1.2.4.202"
HTJ2K = "1.2.840.10008.1.2.4.203"
JPEG_XL_LOSSLESS = "1.2.840.10008.1.2.4.110"
JPEG_XL_JPEG = "1.2.840.10008.1.2.4.111"
JPEG_XL = "1.2.840.10008.1.2.4.112"
RLE = "1.2.840.10008.1.2.5"
DEFLATED_DATASETS = (DEFLATED, "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205")
NATIVE = (IMPLICIT, EXPLICIT, DEFLATED, BIG)

CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
STUDY, SERIES, SOP = "1.2.826.0.1.1", "1.2.826.0.1.2", "1.2.826.0.1.3"
LONG_VRS = frozenset(
    ["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"]
)
UNDEFINED = 0xFFFFFFFF
ITEM, ITEM_END, SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD


@dataclass(frozen=True)
class Writer:
    """Writes elements in one encoding. Standard: PS3.5 7.1."""

    is_explicit: bool = True
    order: str = "<"

    def element(self, tag, vr, value, length=None):
        """One data element; `length` may lie."""
        value = value.encode() if isinstance(value, str) else value
        if len(value) % 2:
            value += b"\0" if vr in {"UI", "OB", "OW", "UN"} else b" "
        length = len(value) if length is None else length
        head = pack(self.order + "HH", tag >> 16, tag & 0xFFFF)
        if not self.is_explicit:
            return head + pack(self.order + "I", length) + value
        if vr in LONG_VRS:
            return head + vr.encode() + b"\0\0" + pack(self.order + "I", length) + value
        return head + vr.encode() + pack(self.order + "H", length) + value

    def us(self, tag, *numbers):
        return self.element(tag, "US", pack(f"{self.order}{len(numbers)}H", *numbers))

    def marker(self, tag, length=0):
        """An item or delimiter, which has no VR. Standard: PS3.5 7.5."""
        return pack(self.order + "HHI", tag >> 16, tag & 0xFFFF, length)

    def sequence(self, tag, *items, undefined=False, vr="SQ"):
        """A sequence of data sets, in either length form."""
        if undefined:
            inside = [self.marker(ITEM, UNDEFINED) + i + self.marker(ITEM_END) for i in items]
            value = b"".join(inside) + self.marker(SEQUENCE_END)
            return self.element(tag, vr, value, UNDEFINED)
        return self.element(tag, vr, b"".join(self.marker(ITEM, len(i)) + i for i in items))


LITTLE = Writer()


def writer(syntax):
    if syntax == BIG:
        return Writer(order=">")
    return Writer(is_explicit=syntax != IMPLICIT)


def part10(dataset, syntax=EXPLICIT, preamble=bytes(128)):
    """Put preamble and file meta information before a data set. Standard: PS3.10 7.1."""
    group = LITTLE.element(0x00020001, "OB", b"\0\1")
    for tag, uid in ((0x00020002, CT_IMAGE), (0x00020003, SOP), (0x00020010, syntax)):
        group += LITTLE.element(tag, "UI", uid)
    length = LITTLE.element(0x00020000, "UL", pack("<I", len(group)))
    if syntax in DEFLATED_DATASETS:
        dataset = deflated(dataset)
        dataset += bytes(len(dataset) % 2)
    return preamble + b"DICM" + length + group + dataset


def deflated(data):
    """A raw deflate stream. Standard: RFC 1951, PS3.5 A.5 and A.4.13."""
    deflater = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflater.compress(data) + deflater.flush()


def identity(syntax=EXPLICIT):
    """The elements that name an instance, as a dict of tag to bytes."""
    w = writer(syntax)
    named = {
        0x00080016: CT_IMAGE, 0x00080018: SOP, 0x0020000D: STUDY, 0x0020000E: SERIES,
    }  # fmt: skip
    elements = {tag: w.element(tag, "UI", uid) for tag, uid in named.items()}
    elements[0x00080060] = w.element(0x00080060, "CS", "CT")
    return elements


def assemble(elements, syntax=EXPLICIT, **options):
    """Make a file of a dict of tag to element bytes, in ascending order."""
    return part10(b"".join(elements[tag] for tag in sorted(elements)), syntax, **options)


@dataclass(frozen=True)
class Image:
    """What to write: `frames` is (frames, rows, columns[, samples]) of stored values.

    `extra` holds VR and value by tag, `raw` whole elements in the encoding of the syntax.
    """

    frames: np.ndarray
    syntax: str = EXPLICIT
    bits_stored: int = 0
    high_bit: int = -1
    photometric: str = ""
    is_planar: bool = False
    bits_allocated: int = 0
    fragments: int = 1
    table: str = "basic"
    vr: str = "OW"
    extra: dict = field(default_factory=dict)
    encoded: tuple = ()
    trailer: bytes = b""
    raw: dict = field(default_factory=dict)

    @property
    def samples(self):
        return self.frames.shape[3] if self.frames.ndim == 4 else 1

    @property
    def allocated(self):
        return self.bits_allocated or 8 * self.frames.itemsize


def file(image):
    """Return the whole DICOM file of an image."""
    w = writer(image.syntax)
    stored = image.bits_stored or image.allocated
    high = stored - 1 if image.high_bit < 0 else image.high_bit
    numbers = {
        0x00280002: image.samples, 0x00280010: image.frames.shape[1],
        0x00280011: image.frames.shape[2], 0x00280100: image.allocated, 0x00280101: stored,
        0x00280102: high, 0x00280103: int(image.frames.dtype.kind == "i"),
    }  # fmt: skip
    if image.samples > 1:
        numbers[0x00280006] = int(image.is_planar)
    elements = identity(image.syntax)
    elements |= {tag: w.us(tag, number) for tag, number in numbers.items()}
    model = image.photometric or ("RGB" if image.samples == 3 else "MONOCHROME2")
    elements[0x00280004] = w.element(0x00280004, "CS", model)
    if len(image.frames) > 1:
        elements[0x00280008] = w.element(0x00280008, "IS", str(len(image.frames)))
    if image.table == "extended":
        elements |= extended_table(image)
    elements[0x7FE00010] = pixel_data(image, w)
    elements |= {tag: w.element(tag, vr, value) for tag, (vr, value) in image.extra.items()}
    elements |= image.raw
    return assemble(elements, image.syntax) + image.trailer


def pixel_data(image, w):
    """The Pixel Data element, native or in fragments. Standard: PS3.5 8 and A.4."""
    if image.syntax in NATIVE:
        order = ">" if image.syntax == BIG else "<"
        return w.element(0x7FE00010, image.vr, native(image, order))
    items = fragments(image)
    offsets = []
    at = 0
    for frame in items:
        offsets.append(at)
        at += sum(8 + len(fragment) for fragment in frame)
    basic = pack(f"<{len(offsets)}I", *offsets) if image.table == "basic" else b""
    value = b"".join(
        w.marker(ITEM, len(each)) + each
        for each in (basic, *(f for frame in items for f in frame))
    )
    return w.element(0x7FE00010, "OB", value + w.marker(SEQUENCE_END), UNDEFINED)


def extended_table(image):
    """Extended Offset Table and Lengths. Standard: PS3.3 C.7.6.3.1.8."""
    items = [frame[0] for frame in fragments(image)]
    offsets = np.cumsum([0, *(8 + len(item) for item in items)])[:-1].astype("<u8")
    lengths = np.array([len(item) for item in items], "<u8")
    return {
        0x7FE00001: LITTLE.element(0x7FE00001, "UV", offsets.tobytes()),
        0x7FE00002: LITTLE.element(0x7FE00002, "UV", lengths.tobytes()),
    }


def native(image, order):
    """All native frames in one run of bytes. Standard: PS3.5 8.1.1, 8.2."""
    return native_frames(image.frames, image, order)


def native_frames(frames, image, order="<"):
    if image.allocated == 1:
        data = np.packbits(frames.reshape(-1), bitorder="little").tobytes()
    else:
        if image.is_planar:
            frames = np.moveaxis(frames, -1, 1)
        data = frames.astype(frames.dtype.newbyteorder(order)).tobytes()
    if order == ">" and image.vr == "OW" and image.allocated <= 8:
        data = np.frombuffer(data + bytes(len(data) % 2), "<u2").astype(">u2").tobytes()
    return data


def fragments(image):
    """The fragments of each frame, of even length."""
    frames = image.encoded or tuple(encode(frame, image) for frame in image.frames)
    return [list(cut(data, image.fragments)) for data in frames]


def cut(data, count):
    """Cut bytes into `count` fragments of even length."""
    data += bytes(len(data) % 2)
    size = -(-len(data) // count)
    size += size % 2
    return [data[at : at + size] for at in range(0, len(data), size)]


def encode(frame, image):
    """Compress one frame as its transfer syntax says."""
    return ENCODERS[image.syntax](frame, image.bits_stored or image.allocated, image)


def jpeg(frame, bits, image):
    """Lossy JPEG; colour components are coded as they are given."""
    space = "RGB" if image.photometric == "RGB" else "YCBCR"
    color = {"colorspace": space, "outcolorspace": space} if image.samples == 3 else {}
    depth = {"bitspersample": bits} if bits > 8 else {}
    return imagecodecs.jpeg8_encode(unsigned(frame), level=90, **color, **depth)


def jpeg_lossless(frame, bits, image):
    return imagecodecs.jpeg8_encode(
        unsigned(frame), lossless=True, bitspersample=bits, predictor=1
    )


def jpeg_2000(frame, bits, image):
    return imagecodecs.jpeg2k_encode(
        frame, level=0, reversible=True, codecformat="J2K", bitspersample=bits
    )


def jpeg_xl(frame, bits, image):
    """Lossless JPEG XL, which .112 may hold too; boxes around it in .112."""
    return imagecodecs.jpegxl_encode(
        unsigned(frame), lossless=True, bitspersample=bits, usecontainer=image.syntax == JPEG_XL
    )


def unsigned(frame):
    """The same bits without a sign, which JPEG and JPEG-LS do not know."""
    return frame.view(f"u{frame.itemsize}")


def rle_bits(frame, image):
    """One bit a pixel: the packed bytes of a native frame are the one segment."""
    return rle(np.frombuffer(native_frames(frame[None], image), np.uint8)[None])


def rle(frame):
    """RLE Lossless with literal runs only. Standard: PS3.5 G.3 to G.5."""
    size = frame.itemsize
    planes = np.moveaxis(frame, -1, 0) if frame.ndim == 3 else frame[None]
    segments = []
    for plane in planes:
        columns = np.frombuffer(plane.astype(f">u{size}").tobytes(), np.uint8).reshape(-1, size)
        segments += [literal(columns[:, n].tobytes()) for n in range(size)]
    offsets = np.cumsum([64, *(len(segment) for segment in segments)])[:-1]
    header = pack("<16I", len(segments), *offsets, *[0] * (15 - len(segments)))
    return header + b"".join(segments)


def literal(data):
    runs = [data[at : at + 128] for at in range(0, len(data), 128)]
    packed = b"".join(bytes([len(run) - 1]) + run for run in runs)
    return packed + bytes(len(packed) % 2)


def ramp(shape, dtype="u2", bits=12):
    """Slopes, steps and texture over the range of `bits`: (frames, rows, columns[, samples])."""
    frame, row, column, *sample = np.indices(shape, "i8")  # 32 bits are not enough in wasm
    texture = 61 * row + 37 * column + 7 * (row * column % 5) + 13 * frame
    texture += 29 * sample[0] if sample else 0
    values = texture * max((1 << bits) // 97, 1) % (1 << bits)
    if np.dtype(dtype).kind == "i":
        values -= 1 << (bits - 1)
    return values.astype(dtype)


ENCODERS = {
    ENCAPSULATED: lambda frame, _, image: native_frames(frame[None], image),
    DEFLATED_FRAME: lambda frame, _, image: deflated(native_frames(frame[None], image)),
    RLE: lambda frame, _, image: rle_bits(frame, image) if image.allocated == 1 else rle(frame),
    JPEG_BASELINE: jpeg,
    JPEG_EXTENDED: jpeg,
    JPEG_LOSSLESS: jpeg_lossless,
    JPEG_LOSSLESS_SV1: jpeg_lossless,
    JPEG_LS: lambda frame, *_: imagecodecs.jpegls_encode(unsigned(frame)),
    JPEG_LS_NEAR: lambda frame, *_: imagecodecs.jpegls_encode(unsigned(frame), level=2),
    JPEG_2000_LOSSLESS: jpeg_2000,
    JPEG_2000: lambda frame, *_: imagecodecs.jpeg2k_encode(
        frame, level=60, reversible=False, codecformat="J2K"
    ),
    JPEG_XL_LOSSLESS: jpeg_xl,
    JPEG_XL_JPEG: lambda *given: imagecodecs.jpegxl_encode_jpeg(jpeg(*given)),
    JPEG_XL: jpeg_xl,
    HTJ2K_LOSSLESS: lambda frame, *_: imagecodecs.htj2k_encode(frame, reversible=True),
    HTJ2K_RPCL: lambda frame, *_: imagecodecs.htj2k_encode(frame, reversible=True),
    HTJ2K: lambda frame, *_: imagecodecs.htj2k_encode(frame, level=0.01, reversible=False),
}
