"""Role × operation of suspension and cancellation × expected: for the permission matrix."""

from tests.measures.cast_of_roles import read_table

REST = read_table("""
                   ask_suspension suspend_measure refuse_suspension resume_measure ask_cancellation cancel_measure refuse_cancellation
liaison            yes            director        director          director       yes              director       director
drafter            yes            director        director          director       yes              director       director
unit_leader        leadoffice     director        director          director       leadoffice       director       director
unit_head          leadoffice     director        director          director       leadoffice       director       director
section_liaison    leadoffice     director        director          director       leadoffice       director       director
stranger           leadoffice     director        director          director       leadoffice       director       director
district_liaison   leadoffice     director        director          director       leadoffice       director       director
supervisor         yes            director        director          director       yes              director       director
second_supervisor  yes            director        director          director       yes              director       director
director           yes            yes             yes               yes            yes              yes            yes
deputy             yes            yes             yes               yes            yes              yes            yes
former_director    leadoffice     director        director          director       leadoffice       director       director
leader             leadoffice     director        director          director       leadoffice       director       director
kpi_owner          leadoffice     director        director          director       leadoffice       director       director
auditor            leadoffice     director        director          director       leadoffice       director       director
administrator      leadoffice     director        director          director       leadoffice       director       director
integrator         leadoffice     director        director          director       leadoffice       director       director
reader             leadoffice     director        director          director       leadoffice       director       director
superuser          leadoffice     director        director          director       leadoffice       director       director
""")  # noqa: E501  # a table is read by its columns

RESTRICTED_REST = read_table("""
                   ask_suspension suspend_measure refuse_suspension resume_measure ask_cancellation cancel_measure refuse_cancellation
liaison            yes            director        director          director       yes              director       director
drafter            yes            director        director          director       yes              director       director
unit_leader        leadoffice     director        director          director       leadoffice       director       director
unit_head          leadoffice     director        director          director       leadoffice       director       director
section_liaison    hidden         hidden          hidden            hidden         hidden           hidden         hidden
stranger           leadoffice     director        director          director       leadoffice       director       director
district_liaison   hidden         hidden          hidden            hidden         hidden           hidden         hidden
supervisor         yes            director        director          director       yes              director       director
second_supervisor  hidden         hidden          hidden            hidden         hidden           hidden         hidden
director           yes            yes             yes               yes            yes              yes            yes
deputy             yes            yes             yes               yes            yes              yes            yes
former_director    hidden         hidden          hidden            hidden         hidden           hidden         hidden
leader             hidden         hidden          hidden            hidden         hidden           hidden         hidden
kpi_owner          hidden         hidden          hidden            hidden         hidden           hidden         hidden
auditor            hidden         hidden          hidden            hidden         hidden           hidden         hidden
administrator      hidden         hidden          hidden            hidden         hidden           hidden         hidden
integrator         hidden         hidden          hidden            hidden         hidden           hidden         hidden
reader             leadoffice     director        director          director       leadoffice       director       director
superuser          hidden         hidden          hidden            hidden         hidden           hidden         hidden
""")  # noqa: E501  # a table is read by its columns
