"""Every page there is shows something, to whoever may see it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.doors.console.panorama import Panorama, Sample, panorama, samples, shown
from tests.doors.world import listening

SCENE = panorama()
SAMPLES = tuple(samples(SCENE))


@pytest.fixture(scope="module")
def origin() -> Iterator[tuple[Panorama, str]]:
    with listening(SCENE.world.app()) as port:
        yield SCENE, f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda one: one.name)
def test_every_page_is_there(origin: tuple[Panorama, str], sample: Sample) -> None:
    reader = origin[0].reader(origin[1], sample.by)
    assert shown(reader, sample) == sample.status, reader.text[:2000]
