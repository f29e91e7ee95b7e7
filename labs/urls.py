from __future__ import annotations

from django.urls import path

from labs.views import catalogue, events, opening, password, sandbox, stock, submissions

app_name = "labs"
urlpatterns = [
    path("labs/", catalogue.index, name="list"),
    path("labs/<slug:slug>/", catalogue.lab, name="lab"),
    path("labs/<slug:slug>/submit", catalogue.submit, name="submit"),
    path("labs/<slug:slug>/password/", password.page, name="password"),
    path("opening/", opening.notice, name="opening"),
    path("sandbox/", sandbox.report, name="sandbox"),
    path("stock/", stock.page, name="stock"),
    path("submissions/", submissions.cohort, name="cohort"),
    path("submissions.csv", submissions.cohort_csv, name="cohort-csv"),
    path("submissions/<uuid:pk>/", submissions.submission, name="submission"),
    path("submissions/<uuid:pk>/cancel", submissions.cancel, name="cancel"),
    path("submissions/<uuid:pk>/events", events.events, name="events"),
    path("submissions/<uuid:pk>/log", submissions.log, name="log"),
]
