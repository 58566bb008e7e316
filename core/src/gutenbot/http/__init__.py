"""The web server, one file per noun of the API. The only package that knows the web framework."""
