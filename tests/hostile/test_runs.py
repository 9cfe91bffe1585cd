"""The hostile files in processes of limited memory and in real browsers; mutations."""

import pytest

from tests.hostile import fuzz, mutated, pool, report
from tests.hostile.__main__ import in_browser, in_cpython
from tests.hostile.sample import sample

SAMPLE = {"chromium": 200, "firefox": 60, "webkit": 60}
EXECUTIONS, SECONDS, SEED = 25_000, 5, 1


@pytest.fixture(scope="session")
def records():
    """Every file in CPython, in children."""
    return list(in_cpython())


@pytest.fixture(scope="session")
def mutations():
    """Mutations and what CPython makes of them, as (data, record)."""
    source = f"{SEED},0,{2 * max(SAMPLE.values())}"
    data = [case.data for case in mutated.cases(source)]
    found = list(pool.run(f"tests.hostile.mutated:{source}"))
    assert [] == report.wrong(found)
    return list(zip(data, found, strict=True))


def told(records):
    """One line for the end of the run."""
    numbers = report.summary(records)
    slowest, peak = numbers.pop("slowest"), numbers.pop("peak")
    counts = ", ".join(f"{count} {word}" for word, count in numbers.items())
    return (
        f"{counts}; slowest {slowest['seconds']:.1f} s ({slowest['file']}), "
        f"peak heap {peak['heap'] >> 20} MiB"
    )


@pytest.mark.slow
@pytest.mark.requirement(*(f"security row {row}" for row in range(1, 22)))
def test_every_file_in_a_process_of_limited_memory(records, record_property):
    """Six hundred MiB more than a first image takes; no file, socket or process is opened."""
    record_property("hostile files in CPython", told(records))

    assert [] == report.wrong(records)
    assert 0 == sum(map(report.is_hang, records)) == sum(map(report.is_death, records))


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.requirement("security row 1", "security row 3", "security row 11")
def test_a_sample_in_the_worker_of_every_browser(
    browser_engine, records, mutations, record_property
):
    """The same refusals, the same values and the same canvas as in CPython; mutations, too."""
    engine, count = browser_engine, SAMPLE[browser_engine]
    more = mutations[: 2 * count]
    found = list(in_browser(engine, records, sample(records, count), more))
    record_property(f"hostile files in {engine}", told(found[: -len(more)]))
    record_property(f"mutations in {engine}", told(found[-len(more) :]))

    assert [] == report.wrong(found)
    assert 0 == sum(map(report.is_hang, found)) == sum(map(report.is_death, found))


@pytest.mark.slow
@pytest.mark.requirement("security row 1", "security row 3")
def test_mutations_end_in_a_picture_of_the_described_shape_or_a_typed_error(record_property):
    executions, codes, findings, seconds = fuzz.run(SEED, SECONDS, EXECUTIONS)
    record_property(
        "mutations",
        f"{executions} executions, {executions / seconds:.0f} a second, {len(codes)} outcomes, "
        f"{codes['shown']} shown, {len(findings)} findings",
    )

    assert [] == findings
    assert EXECUTIONS <= executions
    assert 20 <= len(codes)
