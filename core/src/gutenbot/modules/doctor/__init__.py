"""Grades a module against what a good one has: `gutenbot module doctor`. The rules are in docs/reference/module-quality.md."""

from gutenbot.modules.doctor.folder import Folder, NoModuleHere, open_folder
from gutenbot.modules.doctor.grade import RULES, Report, Verdict, grade

__all__ = ["RULES", "Folder", "NoModuleHere", "Report", "Verdict", "grade", "open_folder"]
