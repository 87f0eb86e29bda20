"""A student's room: the way in, and the question that the lecturer asks."""
