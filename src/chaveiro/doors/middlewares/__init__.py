"""Applications in Python as doors: what a framework received is judged before the application sees it."""
