from django.urls import path

from apps.web.pages import health, language

app_name = "web"

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("i18n/language/", language.set_language, name="set_language"),
]
