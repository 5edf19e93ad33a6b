"""Every address below /api/v1/."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from apps.api.nouns import measures

app_name = "api"

router = SimpleRouter(trailing_slash=False, use_regex_path=True)
router.register("measures", measures.Measures, basename="measure")

urlpatterns = [
    path("", include(router.urls)),
    path("schema", SpectacularAPIView.as_view(permission_classes=[]), name="schema"),
]
