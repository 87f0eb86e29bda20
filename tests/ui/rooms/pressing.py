"""A page of the app, run without an exception and pressed by a button's label."""

from streamlit.testing.v1 import AppTest


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return run(app)
