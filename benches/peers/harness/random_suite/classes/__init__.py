"""The classes of questions, one file each; a function is a template, and adding one is all that is needed."""
