"""What is remembered is what the user chose; what tests choose stays out of that."""

from gui.look.preferences import Preferences, settings_store


def test_tests_remember_in_a_folder_of_their_own_on_every_system(user_folder):
    Preferences().theme = "dark"
    store = settings_store()
    store.sync()
    assert store.fileName().endswith(".ini")
    (file,) = (user_folder / "settings").rglob("*.ini")
    assert "theme=dark" in file.read_text(encoding="utf-8")


def test_the_store_of_users_is_the_one_that_their_system_has():
    from PySide6.QtCore import QSettings

    before = QSettings.defaultFormat()
    QSettings.setDefaultFormat(QSettings.Format.NativeFormat)
    try:
        assert settings_store().format() == QSettings.Format.NativeFormat
    finally:
        QSettings.setDefaultFormat(before)
