"""The log of metrics: what was written is read, also from another thread while writing goes on."""

import sys
import threading

import numpy as np
import pytest

from core.training.metrics import MetricsLog


def filled(batches, tests_every=10):
    log = MetricsLog()
    for update in range(1, batches + 1):
        log.add_batch(update, update / 1e6)
        if update % tests_every == 0:
            log.add_test(update, update + 0.5, update / 2e6)
    return log


@pytest.fixture
def fast_switching():
    """Let threads take turns as often as possible, so that they meet in every place they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.parametrize("batches", [0, 1, 1023, 1024, 1025, 5000])
def test_what_was_written_is_read(batches):
    metrics = filled(batches).read()
    updates = np.arange(1, batches + 1)
    np.testing.assert_array_equal(metrics.batch_loss, updates.astype(np.float32))
    np.testing.assert_array_equal(metrics.batch_accuracy, (updates / 1e6).astype(np.float32))
    np.testing.assert_array_equal(metrics.test_updates, updates[9::10])
    np.testing.assert_array_equal(metrics.test_loss, (updates[9::10] + 0.5).astype(np.float32))
    np.testing.assert_array_equal(metrics.test_accuracy, (updates[9::10] / 2e6).astype(np.float32))


def test_metrics_once_read_stay_as_they_were():
    log = filled(1000)
    early = log.read()
    copy = early.batch_loss.copy()
    for update in range(5000):
        log.add_batch(-update, 0)
    assert len(early.batch_loss) == 1000
    np.testing.assert_array_equal(early.batch_loss, copy)
    with pytest.raises(ValueError, match="read-only"):
        early.batch_loss[0] = 5


@pytest.mark.parametrize("update", [0, 1, 9, 10, 11, 1500, 2000, 3000])
def test_the_past_of_a_branch(update):
    log = filled(2000)
    past = log.until(update)
    kept = min(update, 2000)
    metrics = past.read()
    np.testing.assert_array_equal(metrics.batch_loss, np.arange(1, kept + 1))
    np.testing.assert_array_equal(metrics.test_updates, np.arange(10, kept + 1, 10))
    past.add_batch(-1, -1)
    past.add_test(kept, -1, -1)
    assert log.read().batch_loss.min() == 1
    assert len(log.read().test_updates) == 200


def test_a_reader_in_another_thread_sees_no_entry_that_is_not_there(fast_switching):
    log, wrong, done = MetricsLog(), [], threading.Event()

    def read():
        longest = 0
        while not done.is_set():
            metrics = log.read()
            count = len(metrics.batch_loss)
            expected = np.arange(1, count + 1, dtype=np.float32)
            whole = np.array_equal(metrics.batch_loss, expected) and np.array_equal(metrics.batch_accuracy, -expected)
            tests = metrics.test_updates
            whole = whole and np.array_equal(metrics.test_loss, tests) and np.array_equal(metrics.test_accuracy, -tests)
            whole = whole and (not len(tests) or tests[-1] <= count)
            if not whole or count < longest:
                wrong.append(metrics)
            longest = count

    reader = threading.Thread(target=read)
    reader.start()
    for update in range(1, 60_000):
        log.add_batch(update, -update)
        if update % 3 == 0:
            log.add_test(update, update, -update)
    done.set()
    reader.join()
    assert not wrong
