"""The interactive page: stories from the documents, with sliders.

presets: the stories, their sliders and their ready-made settings (data only).
state: where the page stands; to and from a link, a file, and a scenario.
"""
