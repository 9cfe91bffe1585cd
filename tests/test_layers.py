"""The folders mean what they say: what may import what, and how large a thing may be."""

import ast
import io
import statistics
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ENGINE = ROOT / "py" / "diascope"
SERVER = ROOT / "server" / "diascope_server"

# Pixels flow down this list: a module imports only what stands above it.
STAGES = (
    "errors",
    "values",
    "limits",
    "manifest",
    "integrity",
    "instance",
    "frames",
    "decode",
    "modality_lut",
    "voi_lut",
    "presentation",
    "display",
    "color",
    "sampling",
    "pipeline",
    "bridge",
)
# Pure computation only. Input, output, clocks, chance, threads and browsers are somebody else's.
ENGINE_MAY_IMPORT = {
    *("numpy", "pydicom", "imagecodecs", "rfc8785", "diascope"),
    *("abc", "base64", "binascii", "bisect", "collections", "contextlib", "copy", "dataclasses"),
    *(
        "decimal",
        "enum",
        "fractions",
        "functools",
        "hashlib",
        "hmac",
        "io",
        "itertools",
        "json",
        "math",
    ),
    *("operator", "re", "string", "struct", "types", "typing", "unicodedata", "warnings", "zlib"),
}
ENGINE_MAY_NOT_CALL = {"open", "eval", "exec", "compile", "__import__", "print", "input"}
# Their results depend on the machine's BLAS, or they read files.
ENGINE_MAY_NOT_NAME = {
    *("dot", "matmul", "einsum", "tensordot", "inner", "vdot", "linalg"),
    *("load", "save", "fromfile", "tofile", "memmap", "genfromtxt", "loadtxt"),
}
PIXEL_DECODERS = {
    *("imagecodecs", "pydicom", "PIL", "pylibjpeg", "gdcm", "openjpeg"),
    *("diascope.decode", "diascope.pipeline", "diascope.instance", "diascope.bridge"),
}
PIXEL_WORK = ("getContext", "ImageData", "Uint8ClampedArray", "createImageBitmap", "drawImage")

MAX_SERVER_LINES_PER_ENGINE_LINE = 1.2
MAX_FILE_LINES = 400
MAX_FUNCTION_LINES = 50
MEDIAN_FUNCTION_LINES = 9
NINETIETH_FUNCTION_LINES = 25


def sources(*folders):
    return [path for folder in folders for path in sorted(folder.rglob("*.py"))]


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def tree(path):
    return ast.parse(path.read_text())


def imported(module):
    """The absolute names that a module imports, with the names taken from them."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def stage(name):
    """The place of a module in the flow, or None if it is no stage."""
    parts = name.split(".")
    is_stage = len(parts) > 1 and parts[0] == "diascope" and parts[1] in STAGES
    return STAGES.index(parts[1]) if is_stage else None


def later_stages(name, module):
    """What a stage imports although it comes after it."""
    here = stage(name)
    found = [there for there in imported(module) if stage(there) is not None]
    return sorted({there for there in found if here is not None and stage(there) > here})


def outsiders(module):
    return sorted({name.split(".")[0] for name in imported(module)} - ENGINE_MAY_IMPORT)


def forbidden(module):
    """Calls and operators that the engine must do without."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in ENGINE_MAY_NOT_CALL:
                yield node.func.id
        elif isinstance(node, ast.Attribute) and node.attr in ENGINE_MAY_NOT_NAME:
            yield node.attr
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
            yield "@"


ENGINE_FILES = [pytest.param(path, id=name_of(path)) for path in sources(ENGINE)]


@pytest.mark.parametrize("path", ENGINE_FILES)
def test_the_engine_is_pure(path):
    assert [] == outsiders(tree(path))
    assert [] == sorted(forbidden(tree(path)))


@pytest.mark.parametrize("path", ENGINE_FILES)
def test_a_stage_imports_only_earlier_stages(path):
    name = path.relative_to(ROOT / "py").with_suffix("").as_posix().replace("/", ".")

    assert [] == later_stages(name, tree(path))


def test_every_stage_exists():
    assert [] == [name for name in STAGES if not list(ENGINE.glob(f"{name}*"))]


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        pytest.param("from diascope import display", ["diascope.display"], id="from package"),
        pytest.param("import diascope.display", ["diascope.display"], id="import"),
        pytest.param("from diascope.errors import X", [], id="earlier"),
        pytest.param("from diascope.audit import chain", [], id="beside"),
    ],
)
def test_a_planted_later_stage_is_found(planted, found):
    assert found == later_stages("diascope.voi_lut", ast.parse(planted))


@pytest.mark.parametrize(
    "planted",
    [
        pytest.param("import js", id="js"),
        pytest.param("from pyodide.ffi import to_js", id="pyodide"),
        pytest.param("import os", id="os"),
        pytest.param("def f():\n    import socket", id="inside a function"),
        pytest.param("from starlette.responses import Response", id="starlette"),
        pytest.param("from diascope_server import settings", id="server"),
        pytest.param("import random", id="chance"),
        pytest.param("import time", id="clock"),
    ],
)
def test_a_planted_outsider_is_found(planted):
    assert outsiders(ast.parse(planted))


@pytest.mark.parametrize(
    "planted",
    [
        pytest.param("a @ b", id="operator"),
        pytest.param("np.dot(a, b)", id="dot"),
        pytest.param("np.load(x)", id="load"),
        pytest.param("open(x)", id="open"),
        pytest.param("eval(x)", id="eval"),
    ],
)
def test_a_planted_call_is_found(planted):
    assert list(forbidden(ast.parse(planted)))


def test_py_is_no_package():
    """With an `__init__.py`, `py/` would hide the module `py` that pytest imports."""
    assert not (ROOT / "py" / "__init__.py").exists()


def test_the_engine_never_imports_the_server_and_the_server_never_a_browser():
    for path in sources(SERVER):
        tops = {name.split(".")[0] for name in imported(tree(path))}
        assert not tops & {"js", "pyodide", "pyodide_js"}, name_of(path)


@pytest.mark.requirement("PAT-06")
def test_the_serving_process_imports_no_pixel_decoder():
    code = "import sys, diascope_server.app; print('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": f"{ROOT / 'py'}:{ROOT / 'server'}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert 0 == done.returncode, done.stderr[-2000:]
    assert set() == PIXEL_DECODERS & set(done.stdout.split())


def scripts(*folders):
    return [path for folder in folders for path in sorted(folder.rglob("*.js"))]


def test_the_page_computes_no_pixel():
    pages = [path for path in scripts(ROOT / "web") if "worker" not in path.parts]
    assert pages
    for path in pages:
        assert [] == [word for word in PIXEL_WORK if word in path.read_text()], name_of(path)


def docstring_lines(module):
    """The line numbers that docstrings take."""
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found |= set(range(first.lineno, first.end_lineno + 1))
    return found


def code_lines(text):
    """The line numbers that hold code: no blank line, no comment, no docstring."""
    silent = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}
    silent |= {tokenize.ENCODING, tokenize.ENDMARKER}
    found = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in silent:
            found |= set(range(token.start[0], token.end[0] + 1))
    return found - docstring_lines(ast.parse(text))


def function_lengths(path):
    text = path.read_text()
    lines = code_lines(text)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, len(lines & set(range(node.lineno, node.end_lineno + 1)))


def test_lines_are_counted_without_comments_and_docstrings():
    text = '"""A\nB"""\n\nx = 1  # why\n# why\ndef f():\n    """Doc."""\n    return (\n2\n)\n'

    assert {4, 6, 8, 9, 10} == code_lines(text)


def test_the_server_stays_thin():
    """The server is delivery and record; what it decides about pixels belongs to the engine."""
    engine, server = (
        sum(len(code_lines(path.read_text())) for path in sources(folder))
        for folder in (ENGINE, SERVER)
    )

    assert server <= MAX_SERVER_LINES_PER_ENGINE_LINE * engine, f"{server} to {engine}"


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=name_of(path))
        for path in [*sources(ENGINE, SERVER, ROOT / "tests"), *scripts(ROOT / "web")]
    ],
)
def test_no_file_is_too_long(path):
    assert len(path.read_text().splitlines()) <= MAX_FILE_LINES


def test_functions_are_short():
    lengths = [
        (length, f"{name_of(path)}: {name}")
        for path in sources(ENGINE, SERVER)
        for name, length in function_lengths(path)
    ]

    assert [] == [entry for entry in lengths if entry[0] > MAX_FUNCTION_LINES]
    counts = sorted(length for length, _ in lengths)
    assert statistics.median(counts) <= MEDIAN_FUNCTION_LINES
    assert counts[len(counts) * 9 // 10] <= NINETIETH_FUNCTION_LINES


@pytest.mark.requirement("IMG-05")
def test_an_oracle_that_may_abort_the_process_is_imported_by_nobody():
    """python-gdcm ends the whole process on some files; it belongs in a subprocess."""
    files = sources(ENGINE, SERVER, ROOT / "tests")

    assert [] == [name_of(path) for path in files if "gdcm" in set(imported(tree(path)))]
