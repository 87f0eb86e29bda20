"""Pictures that follow a slider while it is dragged."""
