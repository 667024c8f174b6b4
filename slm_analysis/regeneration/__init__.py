"""Making all results anew: what is stale, in parallel, all or nothing, to the same bytes."""
