"""Settings of the documentation."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.metadata import version as installed_version
from pathlib import Path

_HERE = Path(__file__).parent
sys.path.insert(0, str(_HERE))

from catalogue import catalogue_page  # noqa: E402
from samples import write_samples  # noqa: E402

project = "autoseg"
author = "The autoseg developers"
copyright = "2026, the autoseg developers"
release = installed_version("autoseg-customers")

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "myst_nb",
]
exclude_patterns = ["_build", "_extra", "jupyter_execute"]
html_theme = "pydata_sphinx_theme"
html_title = "autoseg"
html_theme_options = {"show_toc_level": 2, "navigation_with_keys": False}
html_show_sourcelink = False
html_extra_path = ["_extra"]

autosummary_generate = True
autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
suppress_warnings = ["mystnb.unknown_mime_type"]

# .ci/run hands in notebooks that have just been run, and no notebook is run twice
nb_execution_mode = (
    "off" if os.environ.get("AUTOSEG_NOTEBOOKS") == "executed" else "cache"
)
nb_execution_raise_on_error = True
nb_execution_timeout = 600

# the notebooks are deliverables of their own, so the docs build runs copies of them
_notebooks = _HERE / "notebooks"
shutil.rmtree(_notebooks, ignore_errors=True)
shutil.copytree(
    _HERE.parent / "notebooks",
    _notebooks,
    ignore=shutil.ignore_patterns(".ipynb_checkpoints", "*.html"),
)

# written anew each time, so that it cannot differ from the entries
(_HERE / "guide" / "catalogue.md").write_text(catalogue_page(), encoding="utf-8")
write_samples(_HERE / "_extra" / "sample-report")
