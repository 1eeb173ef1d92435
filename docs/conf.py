"""Sphinx reads this: Markdown pages, and every warning is an error (`make docs`)."""

from importlib.metadata import version as version_of

project = "Chaveiro"
author = "The Chaveiro contributors"
copyright = author  # noqa: A001 - Sphinx chose the name
version = release = version_of("chaveiro")

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3  # pages link to each other's headings, and -W catches a heading that went away

html_theme = "furo"
html_title = f"Chaveiro {release}"
html_copy_source = False
html_show_sourcelink = False
