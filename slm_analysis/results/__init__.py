"""What follows from the panel: changes, comparisons, tests, models, conclusions."""
