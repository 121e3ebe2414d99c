"""FiftyOne on another day: the data set is in its database, the ten images are asked for again."""

import fiftyone as fo

session = fo.launch_app(view=fo.load_dataset("flood").sort_by("iou_gap")[:10])
session.wait(-1)
