"""What a worker can be asked to do: thin tasks, each one file that fetches, calls the analysis or the record, saves.

Only a worker loads them, each when it is first needed: scikit-learn and pandas take seconds, and memory.
"""

from importlib import import_module

from consult.jobs import Task
from consult.record.board_placing import PLACE_NEW
from consult.record.board_split import SPLIT_THEME
from consult.record.concern_request import READ_CONCERNS
from consult.record.errors import RecordError
from consult.record.night import NIGHTLY
from consult.record.ranking import MAKE_RANKINGS
from consult.record.run_request import FIND_THEMES
from consult.record.sending import SEND_MAIL

# The task's name: its module here, and its function.
TASKS = {
    FIND_THEMES: ("consult.tasks.themes", "find_themes"),
    MAKE_RANKINGS: ("consult.tasks.rankings", "make_rankings"),
    SEND_MAIL: ("consult.tasks.mailing", "send_mail"),
    READ_CONCERNS: ("consult.tasks.concerns", "read_concerns"),
    SPLIT_THEME: ("consult.tasks.board", "split_theme"),
    PLACE_NEW: ("consult.tasks.board", "place_new"),
    NIGHTLY: ("consult.tasks.nightly", "do_nightly"),
}


def load_task(name: str) -> Task:
    """Return the task of that name; raises `job.unknown_task`, as for a job of a newer version."""
    if name not in TASKS:
        raise RecordError("job.unknown_task", task=name)
    module, function = TASKS[name]
    task: Task = getattr(import_module(module), function)
    return task
