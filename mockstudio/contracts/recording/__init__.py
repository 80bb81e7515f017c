"""Live services recorded: what passes through a proxy becomes an endpoint file.

`service` says where requests go and `passing_on` takes them there. Each exchange is read
(`exchange`), freed of secrets (`secret_names`, `known_secrets`, `covers`, `masks`, `compression`,
`redaction`), put among the endpoints (`script`, `replies`, `yaml_text`) and brought to its
`destination` by the `recorder`.
"""
