"""How well six languages find each other: pairs of forms, judged on a real index.

``python -m bench.languages`` prints the rates by language and kind (docs/languages.md).
"""
