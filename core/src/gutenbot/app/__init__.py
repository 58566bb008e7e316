"""The composition root: settings in, a running tree of tasks out."""
