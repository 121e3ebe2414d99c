"""The images in order of the gap or of any metric; a click opens one."""

from floodeval.analysis.ranking import ranked
from floodeval.ui.case_table import draw_table
from floodeval.ui.gallery import draw_pictures
from floodeval.ui.order import draw_order
from floodeval.ui.page import begin_page

selection = begin_page("Worst cases")
rows = ranked(selection.table, selection.ranking)
view = draw_order(selection)
if view == "Pictures":
    draw_pictures(selection, rows)
else:
    draw_table(selection, rows)
