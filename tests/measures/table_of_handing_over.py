"""Who may hand over a person's duties: it is about no measure, and has no restricted half."""

from tests.measures.cast_of_roles import read_table

HANDING_OVER = read_table("""
                   hand_over
liaison            people
drafter            people
unit_leader        people
unit_head          people
section_liaison    people
stranger           people
district_liaison   people
supervisor         people
second_supervisor  people
director           people
deputy             people
former_director    people
leader             people
kpi_owner          people
auditor            people
administrator      yes
integrator         people
reader             people
superuser          people
""")
