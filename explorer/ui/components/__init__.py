"""What runs in the browser: one folder per component, whole."""
