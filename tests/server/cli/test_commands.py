"""The command line: JSON, exit status, one screen of help, nothing overwritten."""

import hashlib
import json
import subprocess
import zlib
from fractions import Fraction

import numpy as np
import pytest
from cryptography import x509

from diascope.values import Rgba
from diascope_server.cli import main, parser, png, samples
from tests.support.server import COMMAND, PYDICOM_FILES, environment, install

CT = PYDICOM_FILES / "CT_small.dcm"
CT_SOP = "1.3.6.1.4.1.5962.1.1.1.1.1.20040119072730.12322"
CHECKED = ("--display", "Room 2", "--tester", "M. Physicist", "--date", "2026-01-31")
MR = PYDICOM_FILES / "MR_small_RLE.dcm"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    made = install(tmp_path_factory.mktemp("cli") / "data")
    made.command("ingest", str(CT), str(PYDICOM_FILES / "examples_ybr_color.dcm"))
    yield made
    made.close()


def every_parser(made, words=()):
    """Yield the words of every command and group of commands, its parser, and which it is."""
    below = [action for action in made._actions if hasattr(action, "choices") and action.choices]
    groups = [action for action in below if isinstance(action.choices, dict)]
    yield words, made, bool(groups)
    for group in groups:
        for name, child in group.choices.items():
            yield from every_parser(child, (*words, name))


PARSERS = [
    pytest.param(made, is_group, id=" ".join(words) or "all")
    for words, made, is_group in every_parser(parser())
]
COMMANDS = [words for words, _, is_group in every_parser(parser()) if not is_group]
WIDTH, HEIGHT = 100, 24


@pytest.mark.parametrize(("made", "is_group"), PARSERS)
def test_every_command_has_json_and_one_screen_of_help(monkeypatch, made, is_group):
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    text = made.format_help()

    assert is_group or "--json" in text
    assert len(text.splitlines()) <= HEIGHT
    assert max(map(len, text.splitlines())) <= WIDTH


@pytest.mark.parametrize(("made", "is_group"), PARSERS)
def test_every_argument_and_command_is_explained(made, is_group):
    assert made.description
    assert [] == [
        each.dest for each in made._actions if not each.help and each.metavar != "COMMAND"
    ]


def test_the_commands_are_these():
    assert {
        "init",
        "serve",
        "sequencer",
        "ingest",
        "user add",
        "user list",
        "user disable",
        "user password",
        "user reset",
        "audit verify",
        "audit list",
        "render",
        "measure",
        "digest",
        "display-check",
        "demo",
    } == {" ".join(words) for words in COMMANDS}


def test_wrong_usage_has_status_2():
    with pytest.raises(SystemExit) as ended:
        main(["render"])
    assert 2 == ended.value.code


def test_without_an_installation_a_command_says_so(tmp_path, capsys):
    assert 1 == main(["user", "list", "--data", str(tmp_path)])
    assert "setup.not_initialised" in capsys.readouterr().err


def test_init_makes_an_installation_for_its_owner_only(tmp_path):
    data = tmp_path / "data"
    assert 0 == main(["init", "--data", str(data), "--json"])

    assert 0o700 == data.stat().st_mode & 0o777
    for name in ("keys/passphrase", "keys/keystore.json", "tls/server.key", "db/diascope.sqlite"):
        assert 0 == (data / name).stat().st_mode & 0o077, name


def test_every_installation_has_the_test_patterns_as_a_study(tmp_path, capsys):
    data = tmp_path / "data"
    assert 0 == main(["init", "--data", str(data), "--json"])
    patterns = samples.make_patterns(tmp_path / "patterns")
    capsys.readouterr()

    assert 0 == main(["ingest", str(patterns), "--data", str(data), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert (0, 3, []) == (told["stored"], told["present"], told["refused"])


def test_init_never_touches_what_is_there(site, capsys):
    before = {path: path.read_bytes() for path in site.data.rglob("*") if path.is_file()}

    assert 1 == main(["init", "--data", str(site.data), "--json"])
    assert "setup.exists" in capsys.readouterr().out
    assert before == {path: path.read_bytes() for path in before}


@pytest.mark.parametrize("origin", ["http://localhost", "https://a/b", "https://localhost:99999"])
def test_an_origin_is_https_and_nothing_more(tmp_path, origin):
    assert 1 == main(["init", "--data", str(tmp_path / "data"), "--origin", origin])
    assert not (tmp_path / "data").exists()


def test_the_authority_is_limited_to_its_host(site):
    authority = x509.load_pem_x509_certificate(site.ca.read_bytes())
    limits = authority.extensions.get_extension_for_class(x509.NameConstraints).value

    assert {"localhost", "127.0.0.1/32"} == {str(each.value) for each in limits.permitted_subtrees}
    assert not list(site.data.rglob("ca.key"))


def test_users_are_added_listed_disabled_and_reset(site):
    added = site.command("user", "add", "Berta", "--role", "reader", "--role", "admin")
    listed = site.command("user", "list")
    site.command("user", "disable", "berta")
    disabled = site.command("user", "list")
    reset = site.command("user", "reset", "BERTA")

    assert {"user", "password", "totp_secret", "otpauth"} == set(added)
    assert {"user": "berta", "roles": ["admin", "reader"], "disabled": False} in listed
    assert {"user": "berta", "roles": ["admin", "reader"], "disabled": True} in disabled
    assert added["password"] != reset["password"]
    types = [e.type for e in site.ledger()]
    assert ["user_added", "user_changed", "user_changed"] == types[-3:]
    refused = site.command("user", "add", "berta", expect=1)
    assert "setup.login_taken" == refused["error"]["code"]


def test_a_qr_code_is_drawn_on_request(site, capsys):
    assert 0 == main(["user", "add", "carl", "--qr", "--data", str(site.data)])
    assert "█" in capsys.readouterr().out


def test_the_ledger_is_verified_and_listed(site):
    report = site.command("audit", "verify")
    listed = site.command("audit", "list", "--event", "110107")

    assert report["intact"]
    assert [] == report["problems"]
    assert {"imported"} == {entry["type"] for entry in listed}
    assert "audit_read" == site.ledger()[-1].type


def test_the_verdict_on_the_ledger_is_told_in_words(site, capsys):
    assert 0 == main(["audit", "verify", "--data", str(site.data)])
    _, counts, verdict = capsys.readouterr().out.splitlines()
    assert ("viewer pages: 0, beacons: 0, gaps: 0", "Intact.") == (counts, verdict)


@pytest.mark.requirement("AUD-11")
def test_a_changed_ledger_has_status_1_and_names_what_broke(site):
    (entry,) = (site.data / "ledger" / "tile" / "entries").rglob("[0-9]*.p/*")
    whole = entry.read_bytes()
    entry.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    try:
        report = site.command("audit", "verify", expect=1)
    finally:
        entry.write_bytes(whole)

    assert not report["intact"]
    assert "entries" in report["problems"][0]["where"]


@pytest.mark.requirement("IMG-10")
def test_a_display_check_is_recorded(site):
    told = site.command("display-check", *CHECKED, "--least", "1.0", "--greatest", "350")
    (entry,) = [each for each in site.ledger("110100") if each.type == "display_checked"]

    assert "350" == told["ratio"]
    assert told == dict(entry.detail)
    assert entry.actor.user.startswith("os:")


def test_a_display_check_that_is_none_is_refused(site):
    words = [*CHECKED, "--least", "0", "--greatest", "350"]
    told = site.command("display-check", *words, expect=1)
    assert "display.luminance" == told["error"]["code"]


def render(site, source, *words):
    return site.command("render", str(source), "--viewport", "300x200", *words)


def test_a_file_and_its_stored_copy_render_alike(site, tmp_path):
    words = ("--window", "40,400", "--zoom", "1:1", "--invert")
    from_file, from_store = (render(site, source, *words) for source in (CT, CT_SOP))

    assert from_file["pixel_sha256"] == from_store["pixel_sha256"]
    assert from_file["presentation"] == from_store["presentation"]
    assert hashlib.sha256(CT.read_bytes()).hexdigest() == from_store["original_sha256"]
    assert "study_opened" == site.ledger()[-1].type


def test_the_answer_holds_everything_that_made_the_pixels(site):
    told = render(site, CT, "--window", "40,400", "--zoom", "2.5", "--center", "60.5,70")

    assert {"function": "LINEAR", "center": "40", "width": "400", "explanation": ""} == told[
        "presentation"
    ]["voi"]
    assert (2_500_000, 60_500_000, 70_000_000, "free") == tuple(
        told["presentation"][name]
        for name in ("zoom_e6", "center_column_e6", "center_row_e6", "mode")
    )
    assert {"width": 300, "height": 200} == told["viewport"]


@pytest.mark.requirement("IMG-07")
def test_a_turned_picture_is_the_turned_bytes(site, tmp_path):
    def pixels(name, *words):
        told = site.command("render", str(MR), "--png", str(tmp_path / name), *words)
        return told["presentation"], unpacked(tmp_path / name)

    _, upright = pixels("a.png", "--viewport", "90x70")
    said, turned = pixels("b.png", "--viewport", "70x90", "--rotate", "90", "--flip")

    assert np.array_equal(np.fliplr(np.rot90(upright, -1)), turned)
    assert (90, True, "", True, "") == tuple(
        said[name] for name in ("rotation", "flip", "state", "overlays", "graphics_sha256")
    )


def unpacked(path):
    """The RGBA array of a PNG as `diascope render` writes it: one IDAT, no filter."""
    data = path.read_bytes()
    width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    start = data.index(b"IDAT") + 4
    lines = zlib.decompress(
        data[start : start + int.from_bytes(data[start - 8 : start - 4], "big")]
    )
    return (
        np.frombuffer(lines, np.uint8)
        .reshape(height, 1 + 4 * width)[:, 1:]
        .reshape(height, width, 4)
    )


@pytest.mark.requirement("IMG-08")
def test_a_distance_is_told_with_the_source_of_its_scale(site, capsys):
    """30 columns and 40 rows of 0.661468 mm are 50 of them: 33.0734 mm."""
    words = ("--from", "10.5,20", "--to", "40.5,60")
    told = site.command("measure", CT_SOP, *words)

    assert ("33.07", "mm", "PixelSpacing", "") == tuple(
        told[name] for name in ("distance", "unit", "source", "note")
    )
    assert Fraction(told["squared"]) == (50 * Fraction("0.661468")) ** 2
    assert "study_opened" == site.ledger()[-1].type
    assert 0 == main(["measure", str(CT), *words, "--data", str(site.data)])
    assert "33.07 mm (PixelSpacing)\n" == capsys.readouterr().out


def test_a_point_outside_the_image_is_refused(site):
    words = ("--from", "10,20", "--to", "10,1000")
    answer = site.command("measure", str(CT), *words, expect=1)

    assert "presentation.point" == answer["error"]["code"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--frame", "2"), "access.not_found"),
        (("--frame", "0"), "access.not_found"),
        (("--window", "40,0"), "presentation."),
    ],
    ids=" ".join,
)
def test_what_cannot_be_rendered_is_refused(site, words, code):
    answer = site.command("render", CT_SOP, "--viewport", "64x64", *words, expect=1)

    assert answer["error"]["code"].startswith(code)


def test_an_unknown_instance_is_refused(site):
    answer = site.command("render", "1.2.3.4", "--viewport", "64x64", expect=1)

    assert "access.not_found" == answer["error"]["code"]


def test_the_picture_holds_the_rendered_pixels(site, tmp_path):
    told = render(site, MR, "--png", str(tmp_path / "out.png"))
    data = (tmp_path / "out.png").read_bytes()
    start = data.index(b"IDAT") + 4
    size = int.from_bytes(data[start - 8 : start - 4], "big")
    lines = zlib.decompress(data[start : start + size])
    rows = [lines[at + 1 : at + 1201] for at in range(0, len(lines), 1201)]

    assert told["pixel_sha256"] == hashlib.sha256(b"".join(rows)).hexdigest()


def test_a_png_is_one_that_others_read(tmp_path):
    image = pytest.importorskip("PIL.Image")
    array = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
    (tmp_path / "x.png").write_bytes(png.encode(Rgba(array)))
    with image.open(tmp_path / "x.png") as opened:
        assert array.tolist() == np.asarray(opened).tolist()


def test_a_stranger_passphrase_opens_nothing(site, tmp_path):
    (tmp_path / "passphrase").write_text("that of somebody else")
    done = subprocess.run(
        [*COMMAND, "user", "list", "--data", str(site.data)],
        env={**environment(), "DIASCOPE_PASSPHRASE_FILE": str(tmp_path / "passphrase")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert 1 == done.returncode
    assert "keys.unwrap" in done.stderr
    assert "Traceback" not in done.stderr
