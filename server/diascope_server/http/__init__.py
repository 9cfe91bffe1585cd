"""HTTP: the strict outer layer, the headers by kind of answer, requests and replies as values."""
