"""Pages about metastatic breast cancer: from Markdown source to what a reader sees.

Read the modules in the order of the ladder: each imports only from those named before it
(`tests/test_layers.py` holds that):

1. pure     problems, limits, transitions, roles, source, field_texts, terms, cards, sanitising, syntax, parts,
            wording, rendering, anchors, plain_diff, meeting, codes, code_files, tables, folder, addresses, coverage,
            images, report_lookup, prose, syllables, readability, coach_words, plain_language, understandability,
            sheets: values only
2. facts    models: tables and constraints
3. derived  checks: what clinicians' checks cover; pages: the rendered page of every live revision; draft_problems:
            what stops the newest texts; coach: what could be said more plainly; pictures: where they are used;
            search_text, search_documents, search_spelling, search_index, search_question, search: the index that
            finds them; can be rebuilt at any time
4. writers  workflow, review, invitations, table_transfer, sheet_transfer, card_transfer, code_transfer, transfer:
            the only code that saves Topic, Revision or Event
5. edges    every other module: views, forms, admin, portal, templatetags, management commands
"""
