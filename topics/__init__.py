"""Pages about metastatic breast cancer: from Markdown source to what a reader sees.

Read the modules in the order of the ladder: each imports only from those named before it
(`tests/test_layers.py` holds that); a package stands for all its modules:

1. pure     problems, limits, transitions, roles, source, field_texts, terms, cards, sanitising, syntax, parts,
            wording, rendering, anchors, plain_diff, meeting, codes, code_files, tables, folder, addresses, coverage,
            images, report_lookup, plain_language, sheets: values only
2. facts    models: tables and constraints
3. derived  checks: what clinicians' checks cover; pages: the rendered page of every live revision; draft_problems:
            what stops the newest texts; coach: what could be said more plainly; pictures: where they are used;
            search: the index that finds them; can be rebuilt at any time
4. writers  workflow, review, invitations, transfer: the only code that saves Topic, Revision or Event
5. edges    every other module: views (readers), staff (the admin), portal (other systems), forms, templatetags,
            management commands
"""
