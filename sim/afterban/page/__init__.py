"""The page: one HTML file that tells stories of the simulator, with predictions, and plays them.

record: runs, in the shape that the pictures draw.  stories: what is told, beat by beat, with
numbers from those runs.  file: the HTML file.  ``src/`` holds the script's sources.
"""
