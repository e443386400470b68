"""What staff open in the admin: each file is one thing that they do, or one table that they keep."""
