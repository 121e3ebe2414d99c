"""Start an evaluation, a training or the demo, and follow it."""

from floodeval.dashboard.page import begin_page_without_run
from floodeval.dashboard.pages.jobs.page import draw_jobs_page

begin_page_without_run("Jobs", something=True)
draw_jobs_page()
