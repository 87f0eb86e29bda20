"""A sheet to draw on with a pen, a finger or the mouse."""
