"""What a server behind a proxy answers beside its pages: health, readiness, and how much it has to do."""
