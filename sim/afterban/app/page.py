# /// script
# [tool.marimo.display]
# theme = "system"
# ///
"""The marimo notebook of the page: one cell, which shows it."""

import marimo

app = marimo.App(width="full", app_title="afterban")


@app.cell
def _() -> None:
    import marimo as mo

    from afterban.app.widget import Page

    page = mo.ui.anywidget(Page())
    page  # noqa: B018  (the last expression of a cell is what it shows)
    return


if __name__ == "__main__":
    app.run()
