from django.urls import path

from apps.web.pages import health

app_name = "web"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
]
