"""The control API's general resources: index, description, health, routes, reset."""

from __future__ import annotations

from importlib.resources import files

from flask import Blueprint, Response, jsonify

from mockstudio.control.world import PREFIX, World
from mockstudio.version import VERSION

RESOURCES = ("endpoints", "journal", "clock", "failures", "routes", "health")


class GeneralResources:
    """What belongs to no single part of the sandbox."""

    def __init__(self, world: World) -> None:
        self._world = world

    def register(self, blueprint: Blueprint) -> None:
        """Add the resources to the blueprint."""
        blueprint.get("/")(self.index)
        blueprint.get("/openapi.yaml")(self.description)
        blueprint.get("/health")(self.health)
        blueprint.get("/routes")(self.routes)
        blueprint.post("/reset")(self.reset)

    def index(self) -> Response:
        """Answer with what there is."""
        return jsonify(
            name="mockstudio",
            version=VERSION,
            description=f"{PREFIX}/openapi.yaml",
            resources=[f"{PREFIX}/{name}" for name in RESOURCES],
        )

    def description(self) -> Response:
        """Answer with the API's OpenAPI description."""
        text = files("mockstudio.control").joinpath("openapi.yaml").read_text("utf-8")
        return Response(text, mimetype="application/yaml")

    def health(self) -> Response:
        """Answer with the sandbox's state."""
        return jsonify(self._world.health())

    def routes(self) -> Response:
        """Answer with where the URLs of flows really go."""
        router = self._world.router
        return jsonify(routes=router.described, base_url=router.base_url)

    def reset(self) -> tuple[str, int]:
        """Forget all that happened."""
        self._world.reset()
        return "", 204
