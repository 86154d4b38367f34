"""One module for each format of file: each gives the lines of a file as they stand there."""
