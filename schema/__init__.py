"""Everything that is stored or spoken between the parts of Botyard: tables, states, file formats, messages.

Imports nothing else of ours; `supervisor`, `bots`, `api` and `cli` meet here.
"""
