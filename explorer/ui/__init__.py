"""What the pages share of Streamlit: the frame, the page state in the URL, caches, explanations and the canvas."""
