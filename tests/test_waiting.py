"""A wait of the browser tests asks again when the driver lost an answer, and only then."""

import pytest

from tests.support.browsers import NoAnswer, Tab


class Driver:
    """Gives what it was told, one after another; an exception is raised."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def evaluate(self, *_):
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def test_a_lost_answer_is_asked_for_again():
    tab = Tab(Driver(None, NoAnswer(), "here"), page=None)

    assert "here" == tab.wait("() => found", every_s=0)


def test_any_other_fault_ends_the_wait():
    tab = Tab(Driver(RuntimeError("a fault of the page"), "here"), page=None)

    with pytest.raises(RuntimeError, match="of the page"):
        tab.wait("() => found", every_s=0)
