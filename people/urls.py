from __future__ import annotations

from django.contrib.auth import views as auth
from django.urls import path

app_name = "people"
urlpatterns = [
    path(
        "login/",
        # Whoever is signed in already goes on; `next` is followed only within this site.
        auth.LoginView.as_view(
            template_name="people/login.html",
            redirect_authenticated_user=True,
            extra_context={"section": "account"},
        ),
        name="login",
    ),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
]
