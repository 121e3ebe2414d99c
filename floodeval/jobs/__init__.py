"""Jobs: commands of floodeval that run in the background, one after the other."""
