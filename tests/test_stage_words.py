"""The words of a stage: room for those of all stages, and more where one turns out longer."""

from core.explanation.stage import StageText
from gui.widgets.stages.stage_words import StageWords
from tests.layout import laid_out


def text(words):
    return StageText("z", "z = 1", "word " * words, "", "")


def test_longer_words_than_there_is_room_for_get_more_and_nothing_moves_back(qtbot):
    words = StageWords()
    qtbot.addWidget(words)
    words.resize(300, 100)
    words.show()
    words.reserve_for([text(1)])
    short = laid_out(words).height()
    words.show_text(text(1))
    assert laid_out(words).height() == short
    words.show_text(text(100))
    long = laid_out(words).height()
    assert long > short
    words.show_text(text(1))
    assert laid_out(words).height() == long
