"""The way from a document to tables of text: schemas, sources, strict reading, reading rules."""
