"""Reading and writing files: images, tables, archives, vectors. The only code that opens files of a data set."""
