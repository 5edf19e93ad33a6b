"""Of rows that were there before, this holds once the workdays are filled in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("measures", "0019_fill_facts_that_stay")]

    operations = [
        migrations.AddConstraint(
            model_name="measure",
            constraint=models.CheckConstraint(
                condition=models.Q(("spared_workdays__gte", models.F("review_workdays"))),
                name="spared_workdays_include_the_review",
            ),
        ),
    ]
