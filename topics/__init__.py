"""Pages about metastatic breast cancer: from Markdown source to what a reader sees.

Read the modules in the order of the ladder; each imports only from rows above its own
(`tests/test_layers.py` holds that):

1. pure     problems, limits, source, plain_diff, rendering, folder, images: values only
2. facts    models: tables and constraints
3. derived  pages: the rendered page of every live revision; can be rebuilt at any time
4. writers  workflow, then transfer: the only code that saves Topic, Revision or Event
5. edges    views, forms, admin, admin_views, templatetags, management commands
"""
