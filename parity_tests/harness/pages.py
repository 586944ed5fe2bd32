"""Pages are written by Jinja, from templates that lie beside the code that fills them."""

from collections.abc import Callable

from jinja2 import Environment, PackageLoader, StrictUndefined, Template


def template(package: str, name: str, **filters: Callable) -> Template:
    """The template `name` in the folder of `package`.

    What is put in is escaped, and a value that is missing is an error.

    Args:
        package: its dotted name.
        name: of the file.
        filters: by name, for the template to use.
    """
    environment = Environment(
        loader=PackageLoader(package, "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(filters)
    return environment.get_template(name)
