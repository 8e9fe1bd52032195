# /// script
# [tool.marimo.display]
# theme = "system"
# ///
"""The marimo notebook of the page: one cell that shows it, one that explains the cell."""

import marimo

app = marimo.App(width="full", app_title="afterban")


@app.cell
def _():
    import marimo as mo

    from afterban.app.widget import Page

    page = mo.ui.anywidget(Page())
    page
    return


if __name__ == "__main__":
    app.run()
