"""One file for each widget or close family of them; `registry` knows them by type string."""
