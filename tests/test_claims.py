"""Words that the project must not use of itself, in anything that people read.

A phrase is let through when its own sentence denies it ("is not a cleared medical device"), or
when it stands in quotation marks in a file that exists to list such phrases.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

CLAIMS = {
    "cleared": r"(?:fda|510\(k\))[\s-]+(?:cleared|approved|registered|listed)",
    "clearance": r"(?:fda|510\(k\))[\s-]+(?:clearance|approval)",
    "cleared by": r"(?:cleared|approved|registered|authori[sz]ed)\s+(?:by|with)\s+the\s+fda",
    "CE mark": r"\bce[\s-]+mark(?:ed|ing)?\b",
    "medical device": r"(?:cleared|certified|approved)\s+(?:\w+\s+)?(?:medical\s+device|viewer)",
    "HIPAA": r"hipaa[\s-]+(?:complian\w+|certifi\w+|ready)",
    "HIPAA with": r"(?:complian\w+|complies|certified)\s+(?:with|under|for)\s+(?:the\s+)?hipaa",
    "quality": r"diagnostic[\s-]+(?:quality|grade)",
    "purpose": r"for\s+(?:primary\s+)?(?:diagnosis|diagnostic\s+(?:use|reading|purposes))\b",
    "FIPS 140": r"fips[\s-]+140",
    "certified": r"(?:dicom|ihe)[\s-]+certifi\w+",
    "PS3.15 B.13": r"ps3\.15,?\s+(?:annex\s+|section\s+)?b\.13\b",
    "law": r"indisputabl[ey]|court[\s-]+proof",
    "eIDAS": r"\beidas\b|qualified\s+(?:electronic\s+)?time[\s-]?stamp",
    "Part 11": r"part\s+11[\s-]+complian\w+|complian\w+\s+with\s+(?:21\s+cfr\s+)?part\s+11",
    "proof": r"tamper[\s-]?proof",
}
DENIAL = re.compile(r"\b(?:not(?!\s+only)|no|never|neither|nor|cannot|without)\b", re.IGNORECASE)
# Full stops inside "PS3.15" do not end a sentence; table cells, list items and paragraphs do.
SENTENCE_END = re.compile(r"[.!?:;](?:[\"”)*`]*)\s|\n\s*\n|\n\s*[-*#|]|\|")
MAY_QUOTE = ("docs/adr/0008-what-we-do-not-claim.md",)
READ_BY_PEOPLE = (
    *("README.md", "CHANGELOG.md", "pyproject.toml", "docs/**/*.md", ".github/**/*.md"),
    *("web/**/*.html", "web/**/*.js", "web/**/*.json", "web/**/*.css"),
    *("py/**/*.py", "server/**/*.py"),
)
PURPOSE = "not for diagnostic use"


def claims(text, path=""):
    """The claims in `text` that nothing around them takes back."""
    found = []
    for name, pattern in CLAIMS.items():
        for match in re.finditer(pattern, text, re.IGNORECASE):
            is_quoted = path in MAY_QUOTE and is_in_quotes(text, match)
            if not is_quoted and not is_denied(text[: match.start()]):
                found.append(f"{name}: {match[0]}")
    return found


def is_denied(before):
    """Whether the sentence says no before it comes to the phrase."""
    sentence = SENTENCE_END.split(before[-400:])[-1]
    return DENIAL.search(sentence) is not None


def is_in_quotes(text, match):
    marks = text[: match.start()][-1:] + text[match.end() :][:1]
    return marks in ('""', "“”", "``")


def files():
    found = [path for pattern in READ_BY_PEOPLE for path in sorted(ROOT.glob(pattern))]
    return [pytest.param(path, id=path.relative_to(ROOT).as_posix()) for path in found]


@pytest.mark.requirement("REG-08")
@pytest.mark.parametrize("path", files())
def test_nothing_is_claimed_that_a_repository_cannot_have(path):
    assert [] == claims(path.read_text(), path.relative_to(ROOT).as_posix())


@pytest.mark.requirement("REG-01")
@pytest.mark.parametrize("name", ["README.md", "pyproject.toml"], ids=["readme", "package"])
def test_the_purpose_is_stated(name):
    assert PURPOSE in (ROOT / name).read_text().lower()


PLANTED = [
    "Diascope is FDA cleared.",
    "a viewer approved by the FDA",
    "It is CE marked and fast.",
    "HIPAA-compliant from the first day",
    "fully compliant with HIPAA",
    "images of diagnostic quality",
    "Made for diagnostic use.",
    "suited for primary diagnosis",
    "FIPS 140 validated cryptography",
    "DICOM certified",
    "an IHE-certified actor",
    "implements PS3.15 B.13",
    "a legally indisputable record",
    "eIDAS qualified timestamps",
    "Part 11 compliant",
    "a tamper-proof ledger",
    "tamperproof",
    "an approved viewer",
]


@pytest.mark.parametrize("text", PLANTED, ids=PLANTED)
def test_a_planted_claim_is_found(text):
    assert claims(text)
    assert claims(f"# Title\n\nSome words. {text}\n")


@pytest.mark.parametrize("text", PLANTED, ids=PLANTED)
def test_a_claim_broken_over_two_lines_is_found(text):
    assert claims(text.replace(" ", "\n"))


@pytest.mark.parametrize(
    "text",
    [
        "Not for diagnostic use",
        "Diascope is not a cleared medical device.",
        "The ledger is tamper-evident, never tamper-proof.",
        "No release is FDA cleared, CE marked or HIPAA compliant.",
        "A repository cannot be HIPAA compliant.",
        "The windows were cleared and the service registered.",
        "PS3.15 A.5 names the events.",
    ],
)
def test_a_denied_or_harmless_sentence_passes(text):
    assert [] == claims(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("It is not slow. It is FDA cleared.", id="denial in another sentence"),
        pytest.param("No one waits\n\nFDA cleared", id="denial in another paragraph"),
        pytest.param("| no | FDA cleared |", id="denial in another cell"),
        pytest.param("Not only fast but FDA cleared.", id="not only"),
        pytest.param("FDA cleared, and not slow.", id="denial of something later"),
        pytest.param("Another notion: FDA cleared", id="a word that begins like a denial"),
    ],
)
def test_a_denial_of_something_else_does_not_help(text):
    assert claims(text)


def test_quotation_marks_help_only_where_such_phrases_are_listed():
    text = 'Words such as "FDA cleared" and “CE marked”'

    assert [] == claims(text, MAY_QUOTE[0])
    assert 2 == len(claims(text, "README.md"))
    assert claims("FDA cleared", MAY_QUOTE[0])


def test_the_files_that_may_quote_exist():
    assert [] == [name for name in MAY_QUOTE if not (ROOT / name).is_file()]
