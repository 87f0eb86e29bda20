"""The same samples in several planes: one pointed to is marked in all of them, and so are those within an outline."""
