"""From print to bounds: arithmetic on intervals, and the panel."""
