"""Role × operation of adjusting and carrying over × expected: for the permission matrix."""

from tests.conftest import in_progress
from tests.measures.cast_of_roles import read_table
from tests.measures.stories_of_adjustments import (
    adjustment_asked,
    carry_over_asked,
    standing_work,
)

ADJUSTMENT = read_table("""
                   ask_adjustment adjust_measure refuse_adjustment ask_carry_over carry_over   refuse_carry_over
liaison            yes            director       director          yes            director     director
drafter            yes            director       director          yes            director     director
unit_leader        leadoffice     director       director          leadoffice     director     director
unit_head          leadoffice     director       director          leadoffice     director     director
section_liaison    leadoffice     director       director          leadoffice     director     director
stranger           leadoffice     director       director          leadoffice     director     director
district_liaison   leadoffice     director       director          leadoffice     director     director
supervisor         yes            director       director          yes            director     director
second_supervisor  yes            director       director          yes            director     director
director           yes            yes            yes               yes            yes          yes
deputy             yes            yes            yes               yes            yes          yes
former_director    leadoffice     director       director          leadoffice     director     director
leader             leadoffice     director       director          leadoffice     director     director
kpi_owner          leadoffice     director       director          leadoffice     director     director
auditor            leadoffice     director       director          leadoffice     director     director
administrator      leadoffice     director       director          leadoffice     director     director
integrator         leadoffice     director       director          leadoffice     director     director
reader             leadoffice     director       director          leadoffice     director     director
superuser          leadoffice     director       director          leadoffice     director     director
""")  # noqa: E501  # a table is read by its columns

RESTRICTED_ADJUSTMENT = read_table("""
                   ask_adjustment adjust_measure refuse_adjustment ask_carry_over carry_over   refuse_carry_over
liaison            yes            director       director          yes            director     director
drafter            yes            director       director          yes            director     director
unit_leader        leadoffice     director       director          leadoffice     director     director
unit_head          leadoffice     director       director          leadoffice     director     director
section_liaison    hidden         hidden         hidden            hidden         hidden       hidden
stranger           leadoffice     director       director          leadoffice     director     director
district_liaison   hidden         hidden         hidden            hidden         hidden       hidden
supervisor         yes            director       director          yes            director     director
second_supervisor  hidden         hidden         hidden            hidden         hidden       hidden
director           yes            yes            yes               yes            yes          yes
deputy             yes            yes            yes               yes            yes          yes
former_director    hidden         hidden         hidden            hidden         hidden       hidden
leader             hidden         hidden         hidden            hidden         hidden       hidden
kpi_owner          hidden         hidden         hidden            hidden         hidden       hidden
auditor            hidden         hidden         hidden            hidden         hidden       hidden
administrator      hidden         hidden         hidden            hidden         hidden       hidden
integrator         hidden         hidden         hidden            hidden         hidden       hidden
reader             leadoffice     director       director          leadoffice     director     director
superuser          hidden         hidden         hidden            hidden         hidden       hidden
""")  # noqa: E501  # a table is read by its columns

STORIES = {
    "ask_adjustment": in_progress,
    "adjust_measure": adjustment_asked,
    "refuse_adjustment": adjustment_asked,
    "ask_carry_over": standing_work,
    "carry_over": carry_over_asked,
    "refuse_carry_over": carry_over_asked,
}
