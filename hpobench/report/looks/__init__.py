"""How all of a report looks: sizes, fonts and colours, texts in other languages, the page."""
