"""A random token in a cookie, by which the server knows a browser again."""
