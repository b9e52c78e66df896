"""Keyframes: evenly spread over the run, within their memory, and untouched by what training does next."""

import threading

import numpy as np
import pytest

from core.network.fully_connected import fully_connected
from core.network.parameters import Parameters
from core.runs.keyframes import FEWEST, Keyframes
from core.training.trainer import TrainingState


def state_at(update, slots=0):
    parameters = Parameters(np.full(33, update, np.float32), fully_connected((2, 11)))
    return TrainingState(parameters, np.full((slots, 33), update, np.float32), update)


STATE_BYTES = 33 * 4


def keyframes_of(updates, budget, slots=0):
    keyframes = Keyframes(budget)
    for update in range(updates + 1):
        keyframes.offer(state_at(update, slots))
    return keyframes


def test_every_update_is_kept_while_there_is_room():
    keyframes = keyframes_of(9, budget=10 * STATE_BYTES)
    assert keyframes.updates == tuple(range(10))
    assert keyframes.nbytes == 10 * STATE_BYTES


@pytest.mark.parametrize("slots", [0, 1, 2])
@pytest.mark.parametrize("updates", [10, 11, 100, 1000, 1023, 1024, 1025])
def test_budget_is_kept_and_the_distance_is_even(updates, slots):
    budget = 10 * STATE_BYTES * (1 + slots)
    keyframes = keyframes_of(updates, budget, slots)
    assert keyframes.nbytes <= budget
    assert keyframes.updates == tuple(range(0, updates + 1, keyframes.interval))
    assert len(keyframes) == len(keyframes.updates) > 10 // 2 - 1
    measured = sum(
        keyframes.before(update).parameters.vector.nbytes + keyframes.before(update).slots.nbytes
        for update in keyframes.updates
    )
    assert keyframes.nbytes == measured


@pytest.mark.parametrize(("updates", "interval"), [(1, 1), (512, 1), (513, 2), (2049, 8), (18_760, 64), (10**8, 256)])
def test_a_long_run_starts_with_some_distance_between_its_keyframes(updates, interval):
    keyframes = Keyframes.of_run(state_at(0), updates)
    assert keyframes.interval == interval
    for update in range(1, 130):
        keyframes.offer(state_at(update))
    assert keyframes.updates == tuple(range(0, 130, interval))


def test_a_network_larger_than_the_budget_still_has_a_few():
    keyframes = keyframes_of(1000, budget=1)
    assert FEWEST // 2 < len(keyframes) <= FEWEST
    assert keyframes.updates[0] == 0


def test_the_last_one_at_or_before_an_update_is_found():
    keyframes = keyframes_of(100, budget=20 * STATE_BYTES)
    for update in range(101):
        found = keyframes.before(update)
        assert found.update == update // keyframes.interval * keyframes.interval
        assert (found.parameters.vector == found.update).all()
    assert keyframes.before(10**9).update == keyframes.updates[-1]


def test_a_kept_state_is_a_copy():
    keyframes, state = Keyframes(), state_at(0, slots=1)
    keyframes.offer(state)
    state.parameters.vector[:] = -1
    state.slots[:] = -1
    state.update = 1
    kept = keyframes.before(5)
    assert kept.update == 0
    assert not kept.parameters.vector.any()
    assert not kept.slots.any()


def test_a_branch_shares_the_past_and_goes_its_own_way():
    keyframes = keyframes_of(40, budget=20 * STATE_BYTES)
    past = keyframes.until(15)
    assert past.updates == tuple(update for update in keyframes.updates if update <= 15)
    assert past.before(15) is keyframes.before(15)
    assert past.nbytes == len(past) * STATE_BYTES
    before = keyframes.updates
    for update in range(16, 400):
        past.offer(state_at(update))
    assert keyframes.updates == before
    assert past.nbytes <= past.budget
    assert past.updates == tuple(range(0, 400, past.interval))


def test_another_thread_finds_the_right_states_while_keyframes_grow_and_thin_out():
    keyframes = Keyframes(50 * STATE_BYTES)
    keyframes.offer(state_at(0))
    present, wrong, done = [0], [], threading.Event()

    def look_up():
        rng = np.random.default_rng(0)
        while not done.is_set():
            asked = int(rng.integers(0, present[0] + 1))
            found = keyframes.before(asked)
            if found.update > asked or (found.parameters.vector != found.update).any():
                wrong.append((asked, found.update))

    reader = threading.Thread(target=look_up)
    reader.start()
    for update in range(1, 20_000):
        keyframes.offer(state_at(update))
        present[0] = update
    done.set()
    reader.join()
    assert not wrong


def test_thinning_by_hand_goes_on_until_few_are_left():
    keyframes = keyframes_of(20, budget=100 * STATE_BYTES)
    assert keyframes.thin()
    assert keyframes.updates == tuple(range(0, 21, 2))
    assert keyframes.nbytes == 11 * STATE_BYTES
    while keyframes.thin():
        pass
    assert FEWEST // 2 < len(keyframes) <= FEWEST
    assert keyframes.updates[0] == 0
    keyframes.offer(state_at(keyframes.updates[-1] + keyframes.interval))
    assert len(set(np.diff(keyframes.updates))) == 1
