"""The menus: every action of the window under the heading where one looks for it."""

from collections.abc import Sequence

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

from gui.actions import Actions
from gui.widgets.mnemonics import Mnemonics


def fill_menu_bar(
    bar: QMenuBar, actions: Actions, drawing_actions: Sequence[QAction], tab_actions: Sequence[QAction]
) -> QMenu:
    """Put the actions into menus and return the empty one for lessons.

    Parameters
    ----------
    bar : QMenuBar
        Gets the menus.
    actions : Actions
        Those of the window.
    drawing_actions, tab_actions : sequence of QAction
        What the drawing panel and the tabs have of their own.
    """
    models = [actions.open_model, actions.save_model, actions.export_notebook]
    file_menu = bar.addMenu("&File")
    file_menu.setToolTipsVisible(True)
    recipes = [actions.open_recipe, actions.save_recipe]
    projects = [actions.open_project, actions.save_project]
    _add(
        file_menu,
        [*projects, None, *models, None, *recipes, None, actions.export_plots, None, actions.begin_anew, actions.quit],
    )
    fill_data_menu(bar.addMenu("&Data"), actions)
    _add(bar.addMenu("&Training"), [actions.train, actions.pause, actions.step, None, actions.reset, actions.back])
    _add(bar.addMenu("D&rawing"), list(drawing_actions))
    lessons = bar.addMenu("&Lessons")
    view = bar.addMenu("&View")
    _add(view, [*tab_actions, None])
    _add(view.addMenu("Theme"), actions.themes.actions())
    larger_and_smaller = [actions.larger_text, actions.smaller_text, actions.normal_text]
    _add(view.addMenu("Text size"), [*larger_and_smaller, None, *actions.text_sizes.actions()])
    _add(view, [actions.reduce_motion, None, actions.full_screen])
    help_menu = bar.addMenu("&Help")
    help_menu.setToolTipsVisible(True)
    pages = [actions.help, actions.words, actions.shortcuts, actions.documents]
    _add(help_menu, [*pages, None, actions.open_log, None, actions.about])
    for menu in bar.findChildren(QMenu):
        Mnemonics(menu)
    return lessons


def fill_data_menu(menu: QMenu, actions: Actions) -> None:
    """Put all ways to get data into a menu."""
    _add(menu, [actions.builtin, actions.download, None, actions.open_data, actions.open_folder])
    _add(menu, [None, *actions.recent_data])
    menu.setToolTipsVisible(True)


def _add(menu: QMenu, entries: Sequence[QAction | None]) -> None:
    for entry in entries:
        if entry is None:
            menu.addSeparator()
        else:
            menu.addAction(entry)
