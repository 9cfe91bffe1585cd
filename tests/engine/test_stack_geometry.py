"""Planes, normals and angles, exactly."""

from fractions import Fraction

import pytest

from diascope import stack_geometry as geometry

X, Y, Z = (
    (Fraction(1), Fraction(0), Fraction(0)),
    (Fraction(0), Fraction(1), Fraction(0)),
    (Fraction(0), Fraction(0), Fraction(1)),
)


@pytest.mark.parametrize(
    "texts",
    [
        ("1", "0", "0", "0", "1"),
        ("1", "0", "0", "0", "1", "x"),
        ("1", "0", "0", "1", "0", "0"),
        ("0", "0", "0", "0", "1", "0"),
        ("2", "0", "0", "0", "1", "0"),
        ("1", "0", "0", "0", "1e39", "0"),
        None,
    ],
    ids=["five", "a letter", "parallel", "no length", "too long", "huge", "none"],
)
def test_what_is_no_orientation_is_none(texts):
    assert geometry.orientation(texts) is None


def test_rounded_cosines_are_an_orientation():
    texts = ("0.99903", "-0.02179", "0.03821", "0.02652", "0.99141", "-0.12804")
    row, _ = geometry.orientation(texts)

    assert Fraction("-0.02179") == row[1]


@pytest.mark.parametrize(
    ("directions", "normal", "name"),
    [
        ((X, Y), (0, 0, -1), "axial"),
        ((Y, X), (0, 0, -1), "axial"),
        ((X, tuple(-each for each in Z)), (0, 1, 0), "coronal"),
        ((Y, Z), (1, 0, 0), "sagittal"),
        ((Z, Y), (1, 0, 0), "sagittal"),
    ],
    ids=["axial", "axial mirrored", "coronal", "sagittal", "sagittal mirrored"],
)
def test_the_normal_points_to_the_feet_the_back_or_the_left(directions, normal, name):
    assert normal == geometry.normal(directions)
    assert name == geometry.plane_name(directions)


@pytest.mark.parametrize(
    ("tangent", "tenths"),
    [
        (Fraction(0), 0),
        (Fraction("0.26794919"), 150),
        (Fraction("0.0261859"), 15),
        (Fraction("0.0270"), 15),
        (Fraction("0.0271"), 16),
        (Fraction(1), 450),
        (Fraction(5), 450),
    ],
    ids=["none", "15 degrees", "1.5", "just below 1.55", "just above", "45", "beyond"],
)
def test_angles_are_tenths_of_a_degree_to_the_nearest(tangent, tenths):
    """tan 15° = 0.26794919, tan 1.5° = 0.0261859, tan 1.55° = 0.0270593."""
    assert tenths == geometry.angle_tenths(Z, (tangent, Fraction(0), Fraction(1)))


def test_an_angle_to_nowhere_is_none():
    assert 0 == geometry.angle_tenths(Z, (Fraction(0), Fraction(0), Fraction(0)))


def test_the_sine_of_30_degrees_is_a_half():
    assert abs(geometry.sine(Fraction(30)) - Fraction(1, 2)) < Fraction(1, 10**17)


@pytest.mark.parametrize(
    ("square", "root"),
    [
        (Fraction(9), Fraction(3)),
        (Fraction(2), Fraction("1.414213562")),
        (Fraction(0), Fraction(0)),
    ],
    ids=str,
)
def test_roots_are_cut_after_nine_digits(square, root):
    assert root == geometry.root(square)


def test_lengths_have_at_most_two_decimals():
    assert ["3", "0.67", "12.5"] == [
        geometry.mm_text(Fraction(x)) for x in ("3", "0.6666", "12.504")
    ]
