"""The pages of Help on the licenses of what the program is made with, computed from what is installed."""

from functools import cache
from html import escape

from core.system.licenses import Component, components, read_texts

LIST = "licenses.html"
_TEXT, _END = "license-", ".html"
_CELL = "padding: 3px 14px 3px 0; vertical-align: top"
_QT = (
    "<p>Qt is used under the LGPL, version 3: you may put another build of it in the place of this one, and take the "
    "program apart for that. Its source and the licenses of its own parts are at "
    "<a href='https://doc.qt.io/qt-6/licensing.html'>doc.qt.io/qt-6/licensing.html</a>.</p>"
)


def license_page(name: str) -> str | None:
    """Return the HTML of one of these pages, the list or the text of a component; None for the name of another page."""
    if name == LIST:
        rows = "".join(_row(number, component) for number, component in enumerate(_components()))
        head = "".join(f"<th align='left' style='{_CELL}'>{title}</th>" for title in ("Name", "Version", "License"))
        return f"<h2>Licenses of what this program is made with</h2>{_QT}<table><tr>{head}</tr>{rows}</table>"
    number = name.removeprefix(_TEXT).removesuffix(_END)
    if name == f"{_TEXT}{number}{_END}" and number.isdecimal() and int(number) < len(_components()):
        component = _components()[int(number)]
        text = escape(read_texts(component))
        title = escape(f"{component.name} {component.version}")
        return f"<p><a href='{LIST}'>‹ All licenses</a></p><h2>{title}</h2><pre>{text}</pre>"
    return None


@cache
def _components() -> list[Component]:
    return components()


def _row(number: int, component: Component) -> str:
    terms = f"<a href='{_TEXT}{number}{_END}'>{escape(component.license or 'its text')}</a>"
    cells = (escape(component.name), escape(component.version), terms)
    return f"<tr>{''.join(map(_cell, cells))}</tr>"


def _cell(html: str) -> str:
    return f"<td style='{_CELL}'>{html}</td>"
