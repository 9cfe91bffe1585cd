"""An installation for tests that each have studies of their own, and a page that opens them."""

import secrets

import pydicom
import pytest

from tests.support.desk import Desk
from tests.support.server import PYDICOM_FILES, install

CT = PYDICOM_FILES / "CT_small.dcm"


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    made = install(tmp_path_factory.mktemp("studies") / "data")
    made.people["reader"] = made.new_person()
    yield made
    made.close()


@pytest.fixture
def desk(installation):
    return Desk.at(installation, installation.people["reader"].user)


@pytest.fixture
def page(desk):
    return desk.enrolled()


@pytest.fixture
def new_study(tmp_path):
    """Write images of a study that no other test has."""

    def make(count=1, *elements):
        dataset, study = pydicom.dcmread(CT), f"2.25.{secrets.randbits(64)}"
        for element in elements:
            dataset.add(element)
        made = [tmp_path / f"{study}.{number}.dcm" for number in range(count)]
        for number, path in enumerate(made):
            dataset.StudyInstanceUID, dataset.SOPInstanceUID = study, f"{study}.{number}"
            dataset.save_as(path)
        return made

    return make
