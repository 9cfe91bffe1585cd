"""Known answers, asked at every start: does this browser compute what the project published?

Each check is the SHA-256 of what a stage makes of a fixed input, against a value stored here. A
wrong decoder, table or sampler ends the session before any image is shown.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from diascope import (
    color,
    decode,
    display,
    exact,
    fused,
    presentation,
    sampling,
    steps,
    viewport,
    voi_lut,
)
from diascope.selftest_streams import STREAMS
from diascope.values import (
    EncodedFrame,
    LookupTable,
    ModalityValues,
    PixelDescription,
    StoredValues,
    VoiValues,
    Window,
)
from diascope.viewport import View

Array = NDArray[np.generic]
SIDE = 16
WINDOWED = ("LINEAR", "LINEAR_EXACT", "SIGMOID")


def run() -> dict[str, Any]:
    """Run every check; `passed` is whether all digests are the published ones."""
    checks = [
        {"name": name, "expected": EXPECTED.get(name, ""), "actual": _digest(check)}
        for name, check in checks_by_name().items()
    ]
    return {"passed": all(one["expected"] == one["actual"] for one in checks), "checks": checks}


def checks_by_name() -> Mapping[str, Callable[[], Array]]:
    """Return what is asked, in the order of the pixel path."""
    decoders = {f"decode.{name}": _decoder(name) for name in STREAMS}
    windows = {f"voi_lut.{name.lower()}": _windowed(name) for name in WINDOWED}
    fast = {f"fused.{name.lower()}": _fused(name) for name in WINDOWED}
    zooms = {"nearest": 2_000_000, "bilinear": 1_370_000, "area": 310_000}
    samplers = {f"sampling.{name}": _sampler(zoom) for name, zoom in zooms.items()}
    return {
        **decoders,
        **windows,
        "voi_lut.lut": _looked_up,
        **fast,
        "steps.integer": lambda: _stepped(np.arange(-2048, 2048) * 1_000_003),
        "steps.float": lambda: _stepped(_float_samples()),
        "color.ybr_full": lambda: color.ybr_full(_levels()),
        "color.ybr_partial": lambda: color.ybr_partial(_levels()),
        **samplers,
        "sampling.padded": _sampler(1_370_000, is_padded=True),
        "sampling.float": _sampler(1_370_000, kind="f4"),
        "sampling.float_area": _sampler(310_000, kind="f8"),
        "display.table": lambda: display.GREYS,
    }


def _digest(check: Callable[[], Array]) -> str:
    """Return the SHA-256 of shape and little-endian values, or the error's class as the answer."""
    try:
        made = np.ascontiguousarray(check())
    except Exception as error:  # noqa: BLE001 - a check that fails in any way has failed
        return type(error).__name__
    plain = made.astype(made.dtype.newbyteorder("<"), copy=False)
    return hashlib.sha256(f"{made.shape}".encode() + plain.tobytes()).hexdigest()


def _decoder(name: str) -> Callable[[], Array]:
    syntax, bits, text = STREAMS[name]
    allocated = 8 if bits == 8 else 16
    described = PixelDescription(
        SIDE, SIDE, 1, "MONOCHROME2", allocated, bits, bits - 1, False, False, 1, syntax
    )
    frame = EncodedFrame(base64.b64decode(text), 0)
    return lambda: decode.decode_frame(frame, described).values.array.astype(np.uint16)


def _windowed(function: str) -> Callable[[], Array]:
    values = ModalityValues(np.arange(-2048, 2048, dtype=np.int64), 2)
    return lambda: _greys(voi_lut.apply(values, _window(function)))


def _fused(function: str) -> Callable[[], Array]:
    slope, intercept = (exact.fraction(text) for text in ("0.5", "0"))

    def check() -> Array:
        greys = fused.greys(slope, intercept, _window(function), (-2048, 2047), False)
        return np.zeros(0) if greys is None else greys

    return check


def _window(function: str) -> Window:
    return Window("40.5", "350", function)


def _looked_up() -> Array:
    entries = np.arange(1024, dtype=np.int64) ** 2 // 256
    table = LookupTable(-500, 12, entries)
    values = ModalityValues(np.arange(-2048, 2048, dtype=np.int64), 2)
    return _greys(voi_lut.look_up(values, table))


def _greys(values: VoiValues) -> Array:
    return display.to_bytes(presentation.apply(values, "MONOCHROME1", ""))


def _stepped(samples: Array) -> Array:
    """Return which grey each sample has reached, without the greys themselves."""
    is_float = samples.dtype.kind == "f"
    window = Window("40.5", "1.5" if is_float else "3000000000")
    found = steps.of_window(
        window, exact.fraction("-0.7"), exact.fraction("40"), is_inverse=True, is_float=is_float
    )
    order = np.arange(display.FULL_SCALE + 1, dtype="<u4")
    return np.zeros(0) if found is None else replace(found, pixels=order).of(samples)


def _float_samples() -> NDArray[np.float32]:
    """Return thirds of -1 to 1, none of which is a short decimal."""
    return (np.arange(-2048, 2048) / np.float64(6144)).astype(np.float32)


def _levels() -> StoredValues:
    levels = np.arange(0, 256, 15, dtype=np.uint8)
    samples = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(SIDE + 2, -1, 3)
    return StoredValues(samples, 8, is_signed=False)


def _sampler(zoom_e6: int, kind: str = "i2", *, is_padded: bool = False) -> Callable[[], Array]:
    counted = np.arange(48 * 40, dtype=np.int64).reshape(48, 40)
    whole = counted * counted % 4001 - 2000
    values = (whole / 7 if kind[0] == "f" else whole).astype(kind)
    image = viewport.plane(48, 40)
    view = View(64, 56, zoom_e6, 19_300_000, 25_700_000, "free")

    def check() -> Array:
        hidden = whole % 3 == 0 if is_padded else None
        made = sampling.sample(values, view, image, hidden=hidden)
        return made.array if made.hidden is None else np.where(made.hidden, 9999, made.array)

    return check


EXPECTED: Mapping[str, str] = MappingProxyType(
    {
        "decode.rle": ("3f7e34837e33db5b1312dd4894aef6620956e04d3e1295459d9f05bf5d0c8529"),
        "decode.jpeg": ("17204465dbbfc42fd897efbbd2ec9e036c3504a3e6efec68f1eb7dece3bfb0fa"),
        "decode.jpeg_lossless": (
            "3f7e34837e33db5b1312dd4894aef6620956e04d3e1295459d9f05bf5d0c8529"
        ),
        "decode.jpeg_ls": ("3f7e34837e33db5b1312dd4894aef6620956e04d3e1295459d9f05bf5d0c8529"),
        "decode.jpeg_2000": ("3f7e34837e33db5b1312dd4894aef6620956e04d3e1295459d9f05bf5d0c8529"),
        "decode.htj2k": ("3f7e34837e33db5b1312dd4894aef6620956e04d3e1295459d9f05bf5d0c8529"),
        "voi_lut.linear": ("2a40cbd9becdbe1439acac4a12b83eaed5a1e433d4bd4ff998a6575f858d361e"),
        "voi_lut.linear_exact": (
            "b66776be4670fbfc327579f11fc3606a5839acea4040c34149be0fffc7d6c50b"
        ),
        "voi_lut.sigmoid": ("b370358d94f97af1a89915fc10aedb1ff85b4d12f220efec6e57bc00cbede4d2"),
        "voi_lut.lut": ("84c838903c836dd1d13fce41a31cc76a2a93a499dc01c54bfd9276ded88d91ed"),
        "fused.linear": ("e25d979daa94e01b0b9bafb7cb76c51573b0b25a7c8f42e8301504774a15acea"),
        "fused.linear_exact": ("b62a7b06e42c0f8af9ac2c58f512d1c70642d1712f43a92fa7ca19c4c59c5057"),
        "fused.sigmoid": ("b2f5ab795044ed410cdc4c8bb458eeb62065d4753276b7db0728499601a6d336"),
        "steps.integer": ("39c2890d3d8872b225603f231e9912a969194e80ceb702f9098c5a3701dff299"),
        "steps.float": ("5d451d45ae581dff56c69d3e6e2f5eed92120594a4d7766c6b31e7dffc735232"),
        "color.ybr_full": ("8e8f630791f668cec20ce91c089faa76758e2fe3f354e69cba5be6fae199529a"),
        "color.ybr_partial": ("ab5d5342cd97af93266cd4aeae6dfe0586f3efbc238ad96da34a698b67ab1574"),
        "sampling.nearest": ("f5567ae08800866b81166a6fb2357f75ebd0a603ba1f2fdecb10a12ff65330ff"),
        "sampling.bilinear": ("931cd8e5b96754d34b40148729e7e00235dcd52a7b4a9635f518fd3c07ea398d"),
        "sampling.area": ("dcb9f090bcd8a4cb06b08b9b5d5638918f9628834de1aa433891f7dbb1e99d99"),
        "sampling.padded": ("4e37bd78e49d479759cce80c91db2ed85671053d259c18afcdf028f08da3d6b7"),
        "sampling.float": ("9b2bd3ead3b259ff9958a9b5f757ed780a76ce16eec78585a417203b30af5c69"),
        "sampling.float_area": (
            "3284f364135f27ad65989c719f176c9f1f7b3b99168e0d82d637f4e1d6814937"
        ),
        "display.table": ("2d95e24634b35b02d52b463bdb9370d5e077139480767ca94604fc7e3ce4b2a7"),
    }
)
