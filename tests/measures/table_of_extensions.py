"""Role × operation of extensions × expected: for the permission matrix, which adds them up."""

from tests.measures.cast_of_roles import read_table

EXTENSION = read_table("""
                   ask_extension extend_deadline refuse_extension
liaison            yes           director        director
drafter            yes           director        director
unit_leader        lead          director        director
unit_head          lead          director        director
section_liaison    lead          director        director
stranger           lead          director        director
district_liaison   lead          director        director
supervisor         lead          director        director
second_supervisor  lead          director        director
director           lead          yes             yes
deputy             lead          yes             yes
former_director    lead          director        director
leader             lead          director        director
kpi_owner          lead          director        director
auditor            lead          director        director
administrator      lead          director        director
integrator         lead          director        director
reader             lead          director        director
superuser          lead          director        director
""")

RESTRICTED_EXTENSION = read_table("""
                   ask_extension extend_deadline refuse_extension
liaison            yes           director        director
drafter            yes           director        director
unit_leader        lead          director        director
unit_head          lead          director        director
section_liaison    hidden        hidden          hidden
stranger           lead          director        director
district_liaison   hidden        hidden          hidden
supervisor         lead          director        director
second_supervisor  hidden        hidden          hidden
director           lead          yes             yes
deputy             lead          yes             yes
former_director    hidden        hidden          hidden
leader             hidden        hidden          hidden
kpi_owner          hidden        hidden          hidden
auditor            hidden        hidden          hidden
administrator      hidden        hidden          hidden
integrator         hidden        hidden          hidden
reader             lead          director        director
superuser          hidden        hidden          hidden
""")
