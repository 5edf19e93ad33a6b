"""Role × operation of objections × expected: for the permission matrix, which adds them up."""

from tests.conftest import issued
from tests.measures.cast_of_roles import read_table
from tests.measures.stories_of_objections import objected, objection_confirmed

OBJECTION = read_table("""
                   object_to_measure confirm_objection reissue_measure refuse_objection
liaison            yes               leadleader        director        director
drafter            yes               leadleader        director        director
unit_leader        yes               yes               director        director
unit_head          leadorleader      leadleader        director        director
section_liaison    leadorleader      leadleader        director        director
stranger           leadorleader      leadleader        director        director
district_liaison   leadorleader      leadleader        director        director
supervisor         leadorleader      leadleader        director        director
second_supervisor  leadorleader      leadleader        director        director
director           leadorleader      leadleader        yes             yes
deputy             leadorleader      leadleader        yes             yes
former_director    leadorleader      leadleader        director        director
leader             leadorleader      leadleader        director        director
kpi_owner          leadorleader      leadleader        director        director
auditor            leadorleader      leadleader        director        director
administrator      leadorleader      leadleader        director        director
integrator         leadorleader      leadleader        director        director
reader             leadorleader      leadleader        director        director
superuser          leadorleader      leadleader        director        director
""")

RESTRICTED_OBJECTION = read_table("""
                   object_to_measure confirm_objection reissue_measure refuse_objection
liaison            yes               leadleader        director        director
drafter            yes               leadleader        director        director
unit_leader        yes               yes               director        director
unit_head          leadorleader      leadleader        director        director
section_liaison    hidden            hidden            hidden          hidden
stranger           leadorleader      leadleader        director        director
district_liaison   hidden            hidden            hidden          hidden
supervisor         leadorleader      leadleader        director        director
second_supervisor  hidden            hidden            hidden          hidden
director           leadorleader      leadleader        yes             yes
deputy             leadorleader      leadleader        yes             yes
former_director    hidden            hidden            hidden          hidden
leader             hidden            hidden            hidden          hidden
kpi_owner          hidden            hidden            hidden          hidden
auditor            hidden            hidden            hidden          hidden
administrator      hidden            hidden            hidden          hidden
integrator         hidden            hidden            hidden          hidden
reader             leadorleader      leadleader        director        director
superuser          hidden            hidden            hidden          hidden
""")

STORIES = {
    "object_to_measure": issued,
    "confirm_objection": objected,
    "reissue_measure": objection_confirmed,
    "refuse_objection": objection_confirmed,
}
