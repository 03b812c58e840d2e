"""The page over all videos, made anew where a report is newer."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from tiktok_assets.api.files import file_at, sent, with_pass
from tiktok_assets.api.house import House
from tiktok_assets.corpus.page import current_page


def routes(house: House) -> APIRouter:
    router = APIRouter()

    @file_at(router, "/corpus")
    def corpus(request: Request) -> Response:
        """All videos to look at: find, sort, and lay two side by side."""
        if elsewhere := with_pass(house, request):
            return elsewhere
        path = current_page(house.store)
        return sent(request, path.parent, path)

    return router
