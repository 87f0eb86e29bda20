"""What browser components share: one byte format, one player, one chart, one plane, and how they are registered."""
