"""The composition root: settings, modules and storage become one running app."""
