"""What opens from the admin's list of pages: each file is one thing that staff do."""
