"""The form for what an instructor decides about a cohort's quizzes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from lessons.models import QuizSettings

if TYPE_CHECKING:
    Base = forms.ModelForm[QuizSettings]
else:
    Base = forms.ModelForm  # generic for type checkers only


class SettingsForm(Base):
    class Meta:
        model = QuizSettings
        fields = ["attempts", "reveal", "gap_hours", "assessment_size", "assessment_attempts"]
        labels = {
            "attempts": "Tries at a question",
            "reveal": "When all answers are shown",
            "gap_hours": "Hours between two occasions that count for mastery",
            "assessment_size": "Questions in an assessment",
            "assessment_attempts": "Assessments a learner may take (0: no limit)",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, least, most in (
            ("attempts", 1, 5),
            ("gap_hours", 1, 336),
            ("assessment_size", 3, 21),
            ("assessment_attempts", 0, 20),
        ):
            self.fields[name] = forms.IntegerField(
                label=self.fields[name].label, min_value=least, max_value=most, initial=self.fields[name].initial
            )
