"""The site: the whole reproduction as pages to read, without a request to any other host."""
