"""Whatever is done to a file, reading it gives a right result or one sentence: 2,000 damaged files."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.drawing.photos.png_chunks import is_whole_png
from tests.fuzzing import ACTIONS, KINDS, TOKENS, Edit, damaged, random_edits, try_case

CASES = 2_000 // len(KINDS)

_EDITS = st.lists(
    st.builds(
        Edit,
        action=st.sampled_from(list(ACTIONS)),
        place=st.floats(0, 1),
        length=st.integers(1, 40),
        token=st.sampled_from(TOKENS) | st.binary(max_size=8),
    ),
    min_size=1,
    max_size=4,
)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", KINDS)
def test_a_damaged_file_is_read_or_refused_in_a_sentence(tmp_path, name):
    kind = KINDS[name]
    kind.write(tmp_path)
    whole = (tmp_path / kind.target).read_bytes()
    kind.read(tmp_path)

    @settings(
        max_examples=CASES,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(edits=_EDITS, inside=st.booleans())
    def read(edits: list[Edit], inside: bool) -> None:
        try_case(kind, tmp_path, whole, edits, inside=inside)

    read()


@pytest.mark.parametrize("action", ACTIONS)
def test_every_action_changes_a_file_and_none_fails_at_its_ends(action):
    data = bytes(range(100))
    for place in (0.0, 0.5, 0.99, 1.0):
        edited = damaged(data, [Edit(action, place, 5, b"token")])
        assert edited != data or place in (0.0, 1.0)
    assert damaged(b"", [Edit(action, 0.5, 5, b"")]) == b""


def test_random_edits_are_the_same_again():
    assert random_edits(random.Random("a")) == random_edits(random.Random("a"))


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.unpack])
def test_what_is_packed_again_undamaged_reads_as_before(tmp_path, name):
    kind = KINDS[name]
    kind.write(tmp_path)
    whole = (tmp_path / kind.target).read_bytes()
    again = kind.pack(kind.unpack(whole))
    (tmp_path / kind.target).write_bytes(again)
    kind.read(tmp_path)
    assert kind.unpack(again) == kind.unpack(whole)
    assert not again.startswith(b"\x89PNG") or is_whole_png(again)
