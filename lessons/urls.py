from __future__ import annotations

from django.urls import path

from lessons.views import assessment, lesson, mastery, quiz, reading

app_name = "lessons"
PLACE = "lessons/<slug:slug>/"

urlpatterns = [
    path("", lesson.home, name="home"),
    path("lessons/containerization/", lesson.lesson, name="lesson"),
    path(PLACE, lesson.lesson, name="lesson"),
    path(PLACE + "search", lesson.find_words, name="search"),
    path(PLACE + "read", reading.read, name="read"),
    path(PLACE + "diagrams/<str:name>.drawio", lesson.diagram, name="diagram"),
    path(PLACE + "questions/<slug:id>/", quiz.question, name="question"),
    path(PLACE + "practice/<slug:skill>/", quiz.practice, name="practice"),
    path(PLACE + "assessment/", assessment.index, name="assessment"),
    path(PLACE + "assessment/<uuid:code>/", assessment.sitting, name="sitting"),
    path(PLACE + "mastery/", mastery.own, name="mastery"),
    path(PLACE + "mastery/<uuid:code>/", mastery.cohort, name="cohort"),
    path(PLACE + "mastery/<uuid:code>/<uuid:learner>/", mastery.learner, name="learner"),
]
