"""Where packages of modules come from beside uploads: an index as pip knows it, folders of the server, lists by address."""
