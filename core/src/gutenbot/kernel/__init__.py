"""What everything else stands on: clock, ids, errors, settings, logs, pipeline, registry, services, signals."""
