"""`python -m mockstudio` is the command line."""

from mockstudio.cli import main

if __name__ == "__main__":
    main()
