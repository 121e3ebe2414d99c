"""The images in the order of the gap, of a metric or of the disagreement of A and B; a click opens one."""

from floodeval.dashboard.heading import draw_compact_heading
from floodeval.dashboard.page import begin_page
from floodeval.dashboard.pages.worst_cases.page import draw_worst_cases

selection = begin_page("Worst cases", draw=draw_compact_heading)
draw_worst_cases(selection)
