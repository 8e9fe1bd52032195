"""The interactive page: stories from the documents, with sliders.

presets: the stories, their sliders and their ready-made settings (data only).
state: where the page stands; to and from a link, a file, and a scenario.
answers: what a state comes to, in plain data; network and explain do parts of it.
widget: the questions that the page asks, and their answers.
page.js, page.css: the page in the browser.
page: the notebook that shows the widget.
server: the notebook on 127.0.0.1.
"""
