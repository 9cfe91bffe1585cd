"""Whether what became of a file is what had to become of it."""

from tests.hostile.case import ANYTHING, EMPTY

RIGHT = "right pixels"
REFUSED = "refused"
WRONG = "wrong"


def verdict(case, outcome):
    """One of the words above; anything wrong comes with the reason why."""
    if outcome.fault:
        return f"{WRONG}: {outcome.fault}"
    if case.refused:
        return refusal(case, outcome)
    if outcome.code:
        return f"{WRONG}: refused, {outcome.code}"
    if outcome.stored != case.stored:
        return f"{WRONG}: other pixels"
    return told(case, outcome)


def refusal(case, outcome):
    """The code is one of those that are right, unless nobody knows which."""
    if ANYTHING in case.refused:
        return REFUSED if outcome.code else RIGHT
    if outcome.code not in case.refused:
        return f"{WRONG}: {outcome.code or 'a picture'}, not {sorted(case.refused)}"
    return EMPTY if case.is_empty else REFUSED


def told(case, outcome):
    """The sentences and texts that must stand beside the picture."""
    if missing := case.notices - set(outcome.notices):
        return f"{WRONG}: not said: {sorted(missing)}"
    for keyword, text in case.texts.items():
        if outcome.texts.get(keyword) != text:
            return f"{WRONG}: {keyword} reads {outcome.texts.get(keyword)!r}"
    return RIGHT
